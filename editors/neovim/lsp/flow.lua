-- Neovim 0.11 and newer: `vim.lsp.enable('flow')` starts the language server with this.
return {
  cmd = { 'flow-lsp' },
  filetypes = { 'flow' },
  root_markers = { 'flow.toml', '.git' },
}
