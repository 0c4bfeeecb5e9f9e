" Indentation by brackets, as gofmt has it: one tab for each open one; a case stands under its switch.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal autoindent nolisp nosmartindent
setlocal indentexpr=GolIndent(v:lnum)
setlocal indentkeys=0{,0},0),0],!^F,o,O,e,<:>
let b:undo_indent = 'setlocal autoindent< lisp< smartindent< indentexpr< indentkeys<'

if exists('*GolIndent')
  finish
endif

" The line without its comment and the insides of its texts.
function! s:code(lnum) abort
  let line = substitute(getline(a:lnum), '"\%([^"\\]\|\\.\)*"\|''\%([^''\\]\|\\.\)*''\|`[^`]*`', '""', 'g')
  return substitute(line, '\s*//.*$', '', '')
endfunction

let s:label = '^\s*\%(default\>\)\@!\h\w*:\s*$' " stands one tab to the left of what it names

function! GolIndent(lnum) abort
  let before = prevnonblank(a:lnum - 1)
  if before == 0
    return 0
  endif
  let depth = indent(before)
  let last = s:code(before)
  let this = s:code(a:lnum)
  if last =~# '[({[]\s*$'
    let depth += shiftwidth()
  elseif last =~# '^\s*\%(case\>.*\|default\):\s*$'
    let depth += shiftwidth()
  elseif last =~# s:label
    let depth += shiftwidth()
  endif
  if this =~# s:label
    let depth -= shiftwidth()
  elseif this =~# '^\s*[)}\]]'
    let open = searchpair('[({[]', '', '[)}\]]', 'bnW', 'synIDattr(synID(line("."), col("."), 0), "name") =~# "String\\|Raw\\|Comment\\|Rune"')
    return open > 0 ? indent(open) : 0
  elseif this =~# '^\s*\%(case\>\|default\>\s*:\)'
    let depth -= shiftwidth()
  endif
  return depth < 0 ? 0 : depth
endfunction
