//! The editor support, driven in the real editors: each test opens the editor with what its user would install, and
//! does what its user would do.

mod textmate;
mod vscode;
