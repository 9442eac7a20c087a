-- What a person does in Neovim with a `.flow` file, with keys and by looking at the screen.
local PATIENCE = 30000

local function step(what)
  io.stdout:write(what .. '\n')
end

--- Waits until the condition holds, or fails with what was awaited.
local function await(what, condition)
  assert(vim.wait(PATIENCE, condition, 20), 'in vain awaited: ' .. what)
end

local function keys(typed, mode)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(typed, true, false, true), mode or 'x', false)
end

--- Types a line and asks to complete it. Several candidates come in a menu, of which the first is taken; a single one comes
--- without a menu, right into the line.
local function keys_completed(typed)
  local told = vim.api.nvim_create_augroup('completed', {})
  local function leave(how)
    vim.api.nvim_del_augroup_by_id(told)
    keys(how, 't')
  end
  vim.api.nvim_create_autocmd({ 'TextChangedI', 'TextChangedP', 'CompleteChanged' }, {
    group = told,
    callback = function()
      if vim.fn.pumvisible() == 1 then
        leave('<C-y><Esc>')
      elseif vim.trim(vim.api.nvim_get_current_line()) ~= typed then
        leave('<Esc>')
      end
    end,
  })
  local in_vain = vim.fn.timer_start(PATIENCE, function()
    leave('<Esc>')
  end)
  keys('o' .. typed .. '<C-x><C-o>', 'x!')
  vim.fn.timer_stop(in_vain)
end

local function diagnostics()
  return vim.diagnostic.get(0)
end

--- The group in which the text is drawn where it first stands on the first line with that other text.
local function highlight(text, on)
  local row = vim.fn.search('\\V' .. vim.fn.escape(on, '\\'), 'nw')
  local column = vim.fn.getline(row):find(text, 1, true)
  assert(column, text .. ' is not on ' .. vim.fn.getline(row))
  return vim.fn.synIDattr(vim.fn.synID(row, column, 1), 'name')
end

local function knows_the_file_type()
  assert(vim.bo.filetype == 'flow', 'the file type is ' .. vim.bo.filetype)
  assert(vim.bo.commentstring == '// %s' and vim.bo.shiftwidth == 2 and vim.bo.expandtab)
  step('the file type is flow')
end

local function draws_roles_in_colours()
  local expected = {
    { 'What changed', 'What changed', 'flowDocumentation' },
    { 'type', 'type Changelog', 'flowDeclaration' },
    { 'Changelog', 'type Changelog', 'flowTypeName' },
    { 'title', 'title: string', 'flowLabel' },
    { 'string', 'title: string', 'flowBuiltinType' },
    { 'recent_commits', 'command recent_commits', 'flowFunction' },
    { '20', 'command recent_commits', 'flowNumber' },
    { '--format', '--format', 'flowString' },
    { '${', '"git", "log"', 'flowHoleSign' },
    { 'match', 'match verdict', 'flowConditional' },
    { 'not ready', 'not ready', 'flowString' },
    { 'fail', 'not ready', 'flowStatement' },
  }
  for _, case in ipairs(expected) do
    local found = highlight(case[1], case[2])
    assert(found == case[3], ('`%s` is drawn as %s, not as %s'):format(case[1], found, case[3]))
  end
  step('each role has its colour')
end

local function shows_and_forgets_a_mistake()
  await('the server', function()
    return vim.bo.omnifunc == 'v:lua.vim.lsp.omnifunc'
  end)
  vim.fn.search('let subjects')
  keys('olet wrong = recent_comits(count: 3)<Esc>')
  await('a diagnostic', function()
    return #diagnostics() > 0
  end)
  local found = vim.tbl_filter(function(diagnostic)
    return diagnostic.severity == vim.diagnostic.severity.ERROR
  end, diagnostics())
  assert(#found == 1, vim.inspect(diagnostics()))
  local row = vim.fn.search('recent_comits', 'nw') - 1
  local column = vim.fn.getline(row + 1):find('recent_comits', 1, true) - 1
  assert(found[1].lnum == row and found[1].col == column, vim.inspect(found[1]))
  assert(found[1].end_col == column + #'recent_comits', vim.inspect(found[1]))
  assert(found[1].message:find('recent_comits', 1, true), found[1].message)
  step('diagnostic: ' .. found[1].message)

  vim.fn.search('let wrong', 'w')
  keys('dd')
  await('no diagnostic', function()
    return #diagnostics() == 0
  end)
  step('the diagnostic is gone with the mistake')
end

local function completes_a_name()
  vim.fn.search('let subjects', 'w')
  keys_completed('let again = rec')
  local line = vim.trim(vim.api.nvim_get_current_line())
  assert(vim.startswith(line, 'let again = recent_commits'), 'the line reads: ' .. line)
  step('completion: ' .. line)
  keys('dd')
end

local function tells_a_type_on_hover()
  vim.fn.search('let subjects = \\zsrecent_commits', 'w')
  local before = #vim.api.nvim_list_wins()
  keys('K')
  await('the hover', function()
    return #vim.api.nvim_list_wins() > before
  end)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
      assert(text:find('command recent_commits%(count: int.*%) %-> %[string%]'), text)
      assert(text:find('The subject lines of the last commits', 1, true), text)
      step('hover: ' .. text)
      vim.api.nvim_win_close(window, true)
    end
  end
end

local function formats_when_it_is_written()
  -- As the README of the plugin says.
  vim.api.nvim_create_autocmd('BufWritePre', {
    buffer = 0,
    callback = function()
      if vim.lsp.buf.format then
        vim.lsp.buf.format({ timeout_ms = PATIENCE })
      else
        vim.lsp.buf.formatting_sync(nil, PATIENCE)
      end
    end,
  })
  vim.fn.search('let subjects', 'w')
  keys('olet  messy=[ 1,2 ]<Esc>')
  vim.cmd('write')
  local line = vim.trim(vim.api.nvim_get_current_line())
  assert(line == 'let messy = [1, 2]', 'the line reads: ' .. line)
  step('formatted: ' .. line)
  keys('dd')
end

local function goes_to_a_definition()
  vim.fn.search('let subjects = \\zsrecent_commits', 'w')
  keys('gd')
  await('the definition', function()
    return vim.fn.getline('.'):find('^command recent_commits') ~= nil
  end)
  step('the definition in the same file')
  vim.fn.search('-> \\zsVerdict', 'w')
  keys('gd')
  await('the definition in the other file', function()
    return vim.api.nvim_buf_get_name(0):find('shared/review.flow', 1, true) ~= nil
  end)
  assert(vim.fn.getline('.'):find('^type Verdict'), vim.fn.getline('.'))
  step('the definition in the imported file')
end

local function reads_the_standard_library()
  local lines = { 'import std/review.{Finding}', '', 'fn message(it: Finding) -> string { it.message }' }
  vim.fn.writefile(lines, 'library.flow')
  local function listens()
    return vim.fn.maparg('gd', 'n') ~= ''
  end
  vim.cmd('edit library.flow')
  await('the server', listens)
  vim.fn.search('it: \\zsFinding', 'w')
  keys('gd')
  await('the definition in the standard library', function()
    return vim.api.nvim_buf_get_name(0):find('std/review.flow', 1, true) ~= nil
  end)
  assert(vim.fn.getline('.'):find('^type Finding'), vim.fn.getline('.'))
  assert(vim.bo.readonly, 'the file can be written')
  await('the server', listens)
  local before = #vim.api.nvim_list_wins()
  keys('K')
  await('the hover', function()
    return #vim.api.nvim_list_wins() > before
  end)
  assert(#diagnostics() == 0, vim.inspect(diagnostics()))
  step('the definition in the standard library, with its hover')
end

vim.fn.timer_start(4 * PATIENCE, function()
  io.stderr:write('the test has not ended in time\n')
  vim.cmd('cquit 1')
end)

local function main()
  knows_the_file_type()
  draws_roles_in_colours()
  shows_and_forgets_a_mistake()
  completes_a_name()
  tells_a_type_on_hover()
  formats_when_it_is_written()
  goes_to_a_definition()
  reads_the_standard_library()
  step(('done in Neovim %d.%d.%d'):format(vim.version().major, vim.version().minor, vim.version().patch))
end

local ok, problem = xpcall(main, debug.traceback)
if not ok then
  io.stderr:write(tostring(problem) .. '\n')
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
