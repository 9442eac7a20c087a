//! A disk in memory that keeps apart what was synced from what was not, and fails where it is told to.
//!
//! The model is stricter than most file systems: a file's content is durable only after its own `sync`, and its name only
//! after `sync_dir` of its directory. [`MemDisk::reboot`] plays a power failure, [`MemDisk::restart`] the death of the
//! process alone.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Disk, DiskFile, Open};

/// What shall go wrong. Operations that change the disk are counted from 1; reads are not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// The n-th write stores half of its bytes and fails: the disk is full, and stays so.
    pub full_at_write: Option<u64>,
    /// The n-th sync fails with an input/output error; what was not durable before stays not durable.
    pub error_at_sync: Option<u64>,
    /// Nothing happens any more from the n-th operation on (a write stores half of its bytes): the process is dead.
    pub crash_at: Option<u64>,
}

/// What a power failure leaves of bytes that were written behind the durable ones and not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tear {
    /// Nothing.
    Drop,
    /// The first half of them.
    Half,
    /// All but the last.
    AllButOne,
    /// As many zeros: the length reached the disk, the bytes did not.
    Zeros,
    /// All, and every name as well: the disk wrote everything by itself.
    Keep,
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub struct MemDisk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    nodes: Vec<Node>,
    /// Names as programs see them; the value is an index into `nodes`.
    names: BTreeMap<PathBuf, usize>,
    /// Names that would outlive a power failure.
    durable_names: BTreeMap<PathBuf, usize>,
    faults: Faults,
    operations: u64,
    writes: u64,
    syncs: u64,
    handles: u64,
    full: bool,
    remote: bool,
    /// Handles of an earlier life are dead.
    life: u64,
}

#[derive(Clone, Debug, Default)]
struct Node {
    directory: bool,
    content: Vec<u8>,
    durable: Vec<u8>,
    /// Bytes that a failed sync dropped: a later sync does not bring them to the disk, as on a real kernel.
    dropped: Option<(usize, usize)>,
    locked_by: Option<u64>,
}

#[derive(Debug)]
struct MemFile {
    disk: MemDisk,
    node: usize,
    life: u64,
    handle: u64,
}

impl MemDisk {
    /// An empty disk with a root directory.
    pub fn new() -> Self {
        let disk = Self::default();
        let root = Node { directory: true, ..Node::default() };
        let mut state = disk.state();
        state.nodes.push(root);
        state.names.insert(PathBuf::from("/"), 0);
        state.durable_names.insert(PathBuf::from("/"), 0);
        drop(state);
        disk
    }

    /// From now on these faults apply; the counters start at zero again.
    pub fn set_faults(&self, faults: Faults) {
        let mut state = self.state();
        state.faults = faults;
        (state.operations, state.writes, state.syncs, state.full) = (0, 0, 0, false);
    }

    /// Changing operations, writes and syncs since the faults were set.
    pub fn counters(&self) -> (u64, u64, u64) {
        let state = self.state();
        (state.operations, state.writes, state.syncs)
    }

    /// The process died and another starts: files stay as they are, locks and faults are gone.
    pub fn restart(&self) {
        let mut state = self.state();
        state.life += 1;
        state.faults = Faults::default();
        state.full = false;
        for node in &mut state.nodes {
            node.locked_by = None;
        }
    }

    /// The power failed: names and bytes that were not synced are lost, as far as `tear` says.
    pub fn reboot(&self, tear: Tear) {
        self.restart();
        let mut state = self.state();
        if tear == Tear::Keep {
            return;
        }
        let mut kept = BTreeMap::new();
        for (name, node) in &state.durable_names {
            // A name in a directory whose own name was lost cannot be reached.
            if name.parent().is_none_or(|parent| kept.contains_key(parent)) {
                kept.insert(name.clone(), *node);
            }
        }
        state.durable_names.clone_from(&kept);
        state.names = kept;
        for node in &mut state.nodes {
            let unsynced = node.content.get(node.durable.len()..).unwrap_or_default();
            let mut left = node.durable.clone();
            match tear {
                Tear::Drop | Tear::Keep => {}
                Tear::Half => left.extend_from_slice(&unsynced[..unsynced.len() / 2]),
                Tear::AllButOne => left.extend_from_slice(&unsynced[..unsynced.len().saturating_sub(1)]),
                Tear::Zeros => left.resize(left.len() + unsynced.len(), 0),
            }
            node.content = left.clone();
            node.durable = left;
        }
    }

    /// From now on the disk counts as shared over a network.
    pub fn set_remote(&self) {
        self.state().remote = true;
    }

    /// Replaces a file's content, durable at once: for tests that damage files.
    pub fn plant(&self, path: &Path, content: &[u8]) {
        let mut state = self.state();
        let node = state.nodes.len();
        state.nodes.push(Node { content: content.to_vec(), durable: content.to_vec(), ..Node::default() });
        state.names.insert(path.to_owned(), node);
        state.durable_names.insert(path.to_owned(), node);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic of a test thread must not hide what the others find.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn dead() -> io::Error {
    io::Error::other("the process is dead (played crash)")
}

impl State {
    /// Counts a changing operation; fails when the process is dead.
    fn operate(&mut self) -> io::Result<()> {
        self.operations += 1;
        match self.faults.crash_at {
            Some(at) if self.operations >= at => Err(dead()),
            _ => Ok(()),
        }
    }

    fn alive(&self) -> io::Result<()> {
        match self.faults.crash_at {
            Some(at) if self.operations >= at => Err(dead()),
            _ => Ok(()),
        }
    }

    fn node(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn parent(&self, path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(parent) if !self.nodes[self.node(parent)?].directory => {
                Err(io::ErrorKind::NotADirectory.into())
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, path: &Path, node: Node) -> usize {
        self.nodes.push(node);
        let index = self.nodes.len() - 1;
        self.names.insert(path.to_owned(), index);
        index
    }
}

impl Disk for MemDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.operate()?;
        state.parent(path)?;
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.add(path, Node { directory: true, ..Node::default() });
        Ok(())
    }

    fn open(&self, path: &Path, how: Open) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        state.alive()?;
        let node = match state.node(path) {
            Ok(node) if how == Open::Replace => {
                state.operate()?;
                state.nodes[node].content.clear();
                node
            }
            Ok(node) => node,
            Err(error) if how == Open::Read => return Err(error),
            Err(_) => {
                state.operate()?;
                state.parent(path)?;
                state.add(path, Node::default())
            }
        };
        if state.nodes[node].directory {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        state.handles += 1;
        let (life, handle) = (state.life, state.handles);
        Ok(Box::new(MemFile { disk: self.clone(), node, life, handle }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.operate()?;
        let node = state.node(from)?;
        state.parent(to)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), node);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.operate()?;
        state.node(path)?;
        state.names.remove(path);
        Ok(())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.operate()?;
        state.count_sync()?;
        state.node(path)?;
        let inside = |name: &PathBuf| name.parent() == Some(path);
        let now: Vec<_> =
            state.names.iter().filter(|(name, _)| inside(name)).map(|(n, i)| (n.clone(), *i)).collect();
        state.durable_names.retain(|name, _| !inside(name));
        state.durable_names.extend(now);
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        state.alive()?;
        state.node(path)?;
        let names = state.names.keys().filter(|name| name.parent() == Some(path));
        Ok(names.filter_map(|name| Some(name.file_name()?.to_str()?.to_owned())).collect())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        let state = self.state();
        state.alive()?;
        Ok(state.names.contains_key(path))
    }
}

impl State {
    fn count_sync(&mut self) -> io::Result<()> {
        self.syncs += 1;
        match self.faults.error_at_sync {
            Some(at) if self.syncs == at => Err(io::Error::from_raw_os_error(5)),
            _ => Ok(()),
        }
    }
}

impl MemFile {
    /// The state, if this handle's process lives.
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.state();
        if state.life == self.life { Ok(state) } else { Err(dead()) }
    }
}

impl DiskFile for MemFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state()?.nodes[self.node].content.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.state()?;
        let content = &state.nodes[self.node].content;
        let from = usize::try_from(offset).map_or(content.len(), |at| at.min(content.len()));
        let n = buffer.len().min(content.len() - from);
        buffer[..n].copy_from_slice(&content[from..from + n]);
        Ok(n)
    }

    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.state()?;
        let was_alive = state.alive().is_ok();
        let result = state.operate();
        if !was_alive {
            return result;
        }
        state.writes += 1;
        let full = state.full || state.faults.full_at_write.is_some_and(|at| state.writes >= at);
        state.full = full;
        let kept = if result.is_err() || full { &bytes[..bytes.len() / 2] } else { bytes };
        let content = &mut state.nodes[self.node].content;
        let from = usize::try_from(offset).map_err(io::Error::other)?;
        content.resize(content.len().max(from + kept.len()), 0);
        content[from..from + kept.len()].copy_from_slice(kept);
        result?;
        // 28 is ENOSPC.
        if full { Err(io::Error::from_raw_os_error(28)) } else { Ok(()) }
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        let mut state = self.state()?;
        state.operate()?;
        let len = usize::try_from(len).map_err(io::Error::other)?;
        let node = &mut state.nodes[self.node];
        node.content.truncate(len);
        node.dropped = node.dropped.filter(|(from, _)| *from < len);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.state()?;
        state.operate()?;
        let result = state.count_sync();
        let node = &mut state.nodes[self.node];
        if result.is_err() {
            node.dropped = Some((node.durable.len(), node.content.len()));
            return result;
        }
        node.durable = node.content.clone();
        if let Some((from, to)) = node.dropped {
            let to = to.min(node.durable.len());
            node.durable[from..to].fill(0);
        }
        Ok(())
    }

    fn try_lock(&mut self) -> io::Result<bool> {
        let mut state = self.state()?;
        state.alive()?;
        let node = &mut state.nodes[self.node];
        let free = node.locked_by.is_none_or(|holder| holder == self.handle);
        if free {
            node.locked_by = Some(self.handle);
        }
        Ok(free)
    }

    fn touch(&mut self) -> io::Result<()> {
        self.state().map(drop)
    }

    fn age_seconds(&self) -> io::Result<u64> {
        Ok(0)
    }

    fn is_remote(&self) -> bool {
        self.disk.state().remote
    }
}

impl Drop for MemFile {
    fn drop(&mut self) {
        if let Ok(mut state) = self.state()
            && state.nodes[self.node].locked_by == Some(self.handle)
        {
            state.nodes[self.node].locked_by = None;
        }
    }
}
