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

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< tabstop< shiftwidth< softtabstop< suffixesadd< keywordprg< makeprg< errorformat<'
      \ . ' | delcommand -buffer GolRun | delcommand -buffer GolCheck'
let &cpo = s:cpo
unlet s:cpo
