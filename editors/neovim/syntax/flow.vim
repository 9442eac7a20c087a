" The colours of `.flow` files, where no syntax tree gives better ones.
if exists('b:current_syntax')
  finish
endif

syntax case match
syntax iskeyword @,48-57,_

syntax keyword flowDeclaration type agent command human fn flow tool test secret const stage expose let var
syntax keyword flowInclude import as
syntax keyword flowConditional if else match
syntax keyword flowRepeat for loop max break continue
syntax keyword flowStatement parallel race return done fail blocked handoff emit spawn open defer require stub expect
syntax keyword flowException catch
syntax keyword flowOperatorWord and or not in is with where emits
syntax keyword flowBoolean true false
syntax keyword flowConstant none
syntax keyword flowBuiltinType bool int float string duration time money json dir
syntax keyword flowBuiltinType Process Session Failure Event Exec

syntax match flowTypeName '\<_*[A-Z]\w*\>'
syntax match flowConstantName '\<_*[A-Z][A-Z0-9]*_[A-Z0-9_]*\>\|\<_*[A-Z][A-Z0-9]\+\>'
syntax match flowFunction '\<_*[a-z]\w*\ze('
syntax match flowNumber '\<\d[0-9_]*\%(\.\d[0-9_]*\)\=\%(ms\|[smhd]\)\=\>'
syntax match flowNumber '\$\d[0-9_]*\%(\.\d[0-9_]*\)\='
syntax match flowAttribute '@\h\w*'
" Of what begins at the same place the later wins.
syntax match flowLabel '\<_*[a-z]\w*\ze\s*:'
syntax match flowField '\.\@1<=_*[a-z]\w*'

syntax match flowEscape '\\\%([ntr"\\$]\|u{\x\{1,6}}\)' contained
syntax region flowHole matchgroup=flowHoleSign start='\${' end='}' contained contains=TOP
syntax region flowBraces start='{' end='}' transparent contains=TOP
syntax region flowString start='"' end='"\|$' contains=flowEscape,flowHole
syntax region flowString start='"""' end='"""' contains=flowEscape,flowHole

syntax keyword flowTodo TODO FIXME XXX contained
syntax match flowComment '//.*$' contains=flowTodo,@Spell
syntax match flowDocumentation '///\%(/\)\@!.*$' contains=@Spell
syntax match flowDocumentation '//!.*$' contains=@Spell

syntax sync minlines=200

highlight default link flowDeclaration Keyword
highlight default link flowInclude Include
highlight default link flowConditional Conditional
highlight default link flowRepeat Repeat
highlight default link flowStatement Statement
highlight default link flowException Exception
highlight default link flowOperatorWord Operator
highlight default link flowBoolean Boolean
highlight default link flowConstant Constant
highlight default link flowBuiltinType Type
highlight default link flowTypeName Type
highlight default link flowConstantName Constant
highlight default link flowFunction Function
highlight default link flowNumber Number
highlight default link flowAttribute PreProc
highlight default link flowLabel Identifier
highlight default link flowField Identifier
highlight default link flowEscape SpecialChar
highlight default link flowHoleSign Special
highlight default link flowString String
highlight default link flowTodo Todo
highlight default link flowComment Comment
highlight default link flowDocumentation SpecialComment

let b:current_syntax = 'flow'
