" Settings for gol programs. `:make run` and `:make check` are gol's (compiler/gol.vim); K shows what gol knows of the word under the cursor.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
let s:cpo = &cpo
set cpo&vim

compiler gol
setlocal comments=s1:/*,mb:*,ex:*/,://
setlocal commentstring=//\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal noexpandtab tabstop=4 shiftwidth=4 softtabstop=0
setlocal suffixesadd=.gol,.go
setlocal keywordprg=gol\ explain

" :GolRun [flags] runs the file and shows the findings; :GolCheck only compiles it.
command! -buffer -nargs=* GolRun execute 'make run' <q-args>
command! -buffer -nargs=* GolCheck execute 'make check' <q-args>

" :GolFmt brings the text into the form of gol fmt; a text with mistakes stays as it is.
function! s:format() abort
  let text = join(getline(1, '$'), "\n") . "\n"
  let formed = system('gol fmt -', text)
  if v:shell_error
    echohl ErrorMsg | echo 'gol fmt: the program has mistakes; see :make check' | echohl None
    return
  endif
  let lines = split(formed, "\n", 1)[:-2]
  if lines ==# getline(1, '$')
    return
  endif
  let view = winsaveview()
  call setline(1, lines)
  if line('$') > len(lines)
    silent execute (len(lines) + 1) . ',$delete _'
  endif
  call winrestview(view)
endfunction
command! -buffer GolFmt call s:format()

" :GolPrompt opens a prompt beside the text.
command! -buffer GolPrompt terminal gol repl

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< tabstop< shiftwidth< softtabstop< suffixesadd< keywordprg< makeprg< errorformat<'
      \ . ' | delcommand -buffer GolRun | delcommand -buffer GolCheck | delcommand -buffer GolFmt | delcommand -buffer GolPrompt'
let &cpo = s:cpo
unlet s:cpo
