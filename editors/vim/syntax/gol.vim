" Vim syntax file: gol, that is Go, scripts in Go, and four names for types of package sync.
if exists('b:current_syntax')
  finish
endif
syntax case match

" Declarations, and what holds them together
syntax keyword golPackage    package import
syntax keyword golDeclare    var const type func
syntax keyword golStructure  struct interface map chan

" What happens next
syntax keyword golBranch     if else switch select
syntax keyword golCase       case default
syntax keyword golRepeat     for range
syntax keyword golJump       return break continue goto fallthrough
syntax keyword golConcurrent go defer

" Types; the last line is gol's own
syntax keyword golType bool byte rune string error any comparable uintptr
syntax keyword golType int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 float64 complex64 complex128
syntax keyword golType mutex rwmutex waitgroup once

syntax keyword golConstant true false nil iota
syntax match   golBuiltin  /\.\@1<!\<\%(append\|cap\|clear\|close\|complex\|copy\|delete\|imag\|len\|make\|max\|min\|new\|panic\|print\|println\|real\|recover\)\ze\s*(/

" Calls, and the name behind func
syntax match golCall     /\.\@1<=\h\w*\ze(/
syntax match golFunction /\%(\<func\s\+\%(([^)]*)\s*\)\?\)\@<=\h\w*/

" The arrow of channels, and :=
syntax match golArrow  /<-/
syntax match golDefine /:=/

" Numbers: 1_000, 0xff, 0b1, 0o7, 1.5e3, 2i
syntax match golNumber /\<\d[0-9_]*\%(\.[0-9_]*\)\?\%([eE][-+]\?[0-9_]\+\)\?i\?\>/
syntax match golNumber /\<0[xX][0-9a-fA-F_]\+i\?\>/
syntax match golNumber /\<0[bB][01_]\+i\?\>/
syntax match golNumber /\<0[oO][0-7_]\+i\?\>/

" Texts
syntax match  golEscape contained /\\[abfnrtv\\'"]\|\\x\x\{2}\|\\\o\{3}\|\\u\x\{4}\|\\U\x\{8}/
syntax match  golVerb   contained /%[-+# 0]*\%(\[\d\+\]\)\?\%(\*\|\d*\)\%(\.\%(\*\|\d*\)\)\?[vTtbcdoOqxXUeEfFgGspw%]/
syntax region golString start=/"/ skip=/\\\\\|\\"/ end=/"\|$/ contains=golEscape,golVerb
syntax region golRaw    start=/`/ end=/`/ contains=golVerb
syntax region golRune   start=/'/ skip=/\\\\\|\\'/ end=/'\|$/ contains=golEscape

" Comments; a script may begin with #!, and tests keep their expectation in comments
syntax keyword golTodo contained TODO FIXME XXX
syntax match   golDirective contained /\/\/\s*\zs\%(expect\%( unordered\)\?\|contains\|output\|order\|panic\|fatal\|stderr\|status\|error\|warning\|note\|args\|flags\|workers\|stdin\|race\):/
syntax match   golComment /\/\/.*$/ contains=golTodo,golDirective,@Spell
syntax region  golComment start=/\/\*/ end=/\*\// contains=golTodo,@Spell
syntax match   golShebang /\%^#!.*$/

syntax sync minlines=200

highlight default link golPackage    Include
highlight default link golDeclare    Keyword
highlight default link golStructure  Structure
highlight default link golBranch     Conditional
highlight default link golCase       Label
highlight default link golRepeat     Repeat
highlight default link golJump       Statement
highlight default link golConcurrent Special
highlight default link golType       Type
highlight default link golConstant   Constant
highlight default link golBuiltin    Function
highlight default link golCall       Function
highlight default link golFunction   Function
highlight default link golArrow      Operator
highlight default link golDefine     Operator
highlight default link golNumber     Number
highlight default link golEscape     SpecialChar
highlight default link golVerb       SpecialChar
highlight default link golString     String
highlight default link golRaw        String
highlight default link golRune       Character
highlight default link golTodo       Todo
highlight default link golDirective  PreProc
highlight default link golComment    Comment
highlight default link golShebang    PreProc

let b:current_syntax = 'gol'
