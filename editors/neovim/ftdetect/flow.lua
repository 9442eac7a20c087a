-- Files that end in `.flow` are Flow.
vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
  group = vim.api.nvim_create_augroup('flow_filetype', { clear = true }),
  pattern = '*.flow',
  callback = function()
    vim.cmd('setfiletype flow')
  end,
})
