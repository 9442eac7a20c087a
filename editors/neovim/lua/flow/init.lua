-- Starts the language server for `.flow` files, in every Neovim from 0.7 on:
--
--   require('flow').setup()
--   require('flow').setup({ cmd = { '/opt/flow/bin/flow-lsp' } })
--
-- The options are those of `vim.lsp.start`: `cmd`, `on_attach`, `capabilities`, `settings`, ….
local M = {}

--- The folder of the project that a file belongs to: the nearest one above it with `flow.toml`, else with `.git`,
--- else the file's own.
---@param file string
---@return string
local function project_of(file)
  for _, marker in ipairs({ 'flow.toml', '.git' }) do
    local folder = vim.fn.fnamemodify(file, ':p:h')
    while true do
      if vim.fn.getftype(folder .. '/' .. marker) ~= '' then
        return folder
      end
      local above = vim.fn.fnamemodify(folder, ':h')
      if above == folder then
        break
      end
      folder = above
    end
  end
  return vim.fn.fnamemodify(file, ':p:h')
end

--- The servers that run, by project: Neovim 0.7 does not look for one that it can use again.
local started = {}

---@param buffer integer
---@param options table
local function start(buffer, options)
  local config = vim.tbl_extend('keep', {
    name = 'flow',
    root_dir = project_of(vim.api.nvim_buf_get_name(buffer)),
  }, options)
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  local client = started[config.root_dir]
  if not client or vim.lsp.client_is_stopped(client) then
    client = vim.lsp.start_client(config)
    started[config.root_dir] = client
  end
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

---@param options table|nil
function M.setup(options)
  options = vim.tbl_extend('keep', options or {}, { cmd = { 'flow-lsp' } })
  if vim.fn.executable(options.cmd[1]) == 0 then
    vim.notify(
      ('flow: the language server `%s` is not on PATH; `cargo xtask install` in the Flow repository installs it'):format(options.cmd[1]),
      vim.log.levels.WARN
    )
    return
  end
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.config('flow', options)
    vim.lsp.enable('flow')
    return
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('flow_lsp', { clear = true }),
    pattern = 'flow',
    callback = function(event)
      start(event.buf, options)
    end,
  })
end

return M
