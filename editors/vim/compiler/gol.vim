" `:make run` runs the file, `:make check` only compiles it; what gol says goes to the quickfix list.
if exists('current_compiler')
  finish
endif
let current_compiler = 'gol'

CompilerSet makeprg=gol\ $*\ %:S

" Before the run: a line error[CODE]: text, and then --> file:line:column.
CompilerSet errorformat=%Eerror[GOL%n]:\ %m
CompilerSet errorformat+=%Wwarning[GOL%n]:\ %m
CompilerSet errorformat+=%Inote[GOL%n]:\ %m
CompilerSet errorformat+=%Z\ %#-->\ %f:%l:%c
" Findings: a headline, then who (2 blanks) and where (6 blanks). The first place ends the message; each later place is an entry of its own.
CompilerSet errorformat+=%Wleak:\ %m
CompilerSet errorformat+=%EWARNING:\ %m
CompilerSet errorformat+=%Epartial\ deadlock:\ %m
CompilerSet errorformat+=%Ecould\ deadlock:\ %m
CompilerSet errorformat+=%Emisuse:\ %m
CompilerSet errorformat+=%Efatal\ error:\ %m
CompilerSet errorformat+=%Epanic:\ %m
CompilerSet errorformat+=%Z\ \ \ \ \ \ %f:%l:\ %.%#
CompilerSet errorformat+=%Z\ \ \ \ %f:%l:\ %.%#
CompilerSet errorformat+=%C\ \ goroutine\ %.%#
CompilerSet errorformat+=%C\ \ %*\\d\ goroutines\ %.%#
CompilerSet errorformat+=%Cgoroutine\ %*\\d\ [running]:
CompilerSet errorformat+=%C%[a-z]%[%^\ ]%#(...)
CompilerSet errorformat+=%C\ \ %.%#
CompilerSet errorformat+=%C
CompilerSet errorformat+=%I\ \ \ \ \ \ %m\\,\ %f:%l:\ %.%#
CompilerSet errorformat+=%I\ \ \ \ \ \ %f:%l:\ %m
CompilerSet errorformat+=%-G%.%#
