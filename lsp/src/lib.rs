//! The language server: protocol in, compiler queries out.
//!
//! - [`server`] turns each message into one event, in the order of the wire;
//! - [`world`] is the thread that owns the database and alone writes to it;
//! - [`pool`] answers questions and checks documents on snapshots;
//! - [`workspace`] knows which texts there are: those open in the editor, the others from the disk;
//! - [`library`] shows the standard library as files;
//! - [`convert`] is the only place that knows both our data and the protocol's.

#![forbid(unsafe_code)]

pub mod convert;
mod library;
mod outbox;
mod pool;
mod server;
mod workspace;
pub mod world;

pub use server::{HANDLERS_AT_ONCE, Server};
