-- How a `.flow` file is edited: comments, indentation, and `gf` on an import.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.opt_local.comments = { ':///', '://!', '://' }
vim.opt_local.commentstring = '// %s'
vim.opt_local.formatoptions:remove('t')
vim.opt_local.formatoptions:append('croql')
vim.opt_local.expandtab = true
vim.opt_local.shiftwidth = 2
vim.opt_local.softtabstop = 2
vim.opt_local.smartindent = true
vim.opt_local.suffixesadd = '.flow'

vim.b.undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< shiftwidth< softtabstop< smartindent< suffixesadd<'
