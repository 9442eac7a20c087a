-- The configuration of a user who has followed the README of `editors/neovim`, and nothing else.
vim.opt.runtimepath:prepend(vim.env.FLOW_PLUGIN)
vim.cmd('filetype plugin indent on')
vim.cmd('syntax on')
require('flow').setup({
  on_attach = function(_, buffer)
    vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc'
    vim.keymap.set('n', 'K', vim.lsp.buf.hover, { buffer = buffer })
    vim.keymap.set('n', 'gd', vim.lsp.buf.definition, { buffer = buffer })
  end,
})
