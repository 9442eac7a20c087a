//! Finding and ending every process that a step started, wherever it went.
//!
//! A program's descendants may leave its process group and its session (coding agents run each tool in a session of
//! its own) and lose their parent. Four things find them all the same: the group; the chain of parents; the variable
//! `FLOW_STEP_DIR`, which is inherited and differs in every step; and having been seen before. A process that escapes
//! must scrub its environment *and* leave its group *and* outlive its parent before it is first looked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::OnceLock;

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, kill_process_group, pidfd_open,
    pidfd_send_signal, test_kill_process_group, waitid, waitpgid, waitpid,
};

/// The variable that marks the processes of a step.
pub(super) const MARK: &str = "FLOW_STEP_DIR";

/// A process, told apart from a later one with the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pub(super) pid: u32,
    /// In clock ticks since the system started.
    start: u64,
}

/// The processes of one step.
pub(super) struct Tree {
    /// The program itself, which leads its process group, until both are gone and the number is somebody else's.
    root: Option<u32>,
    /// What stands in front of the directory of a process's step, or of a part of the step, in its environment.
    mark: Vec<u8>,
    known: BTreeSet<Identity>,
}

impl Tree {
    pub(super) fn new(root: u32, step_dir: &Path) -> Self {
        Self { root: Some(root), ..Self::left_by(step_dir) }
    }

    /// What a step left whose program was started by somebody else.
    pub(super) fn left_by(step_dir: &Path) -> Self {
        let mut mark = format!("{MARK}=").into_bytes();
        mark.extend_from_slice(step_dir.as_os_str().as_bytes());
        Self { root: None, mark, known: BTreeSet::new() }
    }

    /// The program has been reaped and its group is empty: their number means nothing any more.
    pub(super) fn forget_root(&mut self) {
        self.root = None;
    }

    /// All live processes of the step. Those that have ended and were left to us are reaped on the way, but for the
    /// root: its number must not be given to anybody else while we look for its group.
    pub(super) fn live(&mut self) -> Vec<Identity> {
        let me = own_pid();
        let all = snapshot();
        let mut members: BTreeSet<u32> =
            all.values().filter(|p| self.is_member(p)).map(|p| p.id.pid).collect();
        members.remove(&me);
        add_descendants(&all, &mut members);
        let mut live = Vec::new();
        for process in members.iter().filter_map(|pid| all.get(pid)) {
            if !process.ended {
                self.known.insert(process.id);
                live.push(process.id);
            } else if process.parent == me && Some(process.id.pid) != self.root {
                reap(process.id.pid);
            }
        }
        live
    }

    /// Sends `signal` to the group, if there still is one, and to each of `processes`.
    pub(super) fn signal(&self, processes: &[Identity], signal: Signal) {
        if let Some(group) = self.root.and_then(pid) {
            let _ = kill_process_group(group, signal);
        }
        for process in processes {
            send(*process, signal);
        }
    }

    fn is_member(&self, process: &Process) -> bool {
        Some(process.id.pid) == self.root
            || Some(process.group) == self.root
            || self.known.contains(&process.id)
            || (!process.ended && self.is_marked(process.id.pid))
    }

    /// A part of a step, such as a correction of an agent's turn, has a directory inside of the step's.
    fn is_mark(&self, variable: &[u8]) -> bool {
        variable.strip_prefix(&*self.mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    }

    fn is_marked(&self, pid: u32) -> bool {
        // Unreadable means that it is somebody else's.
        fs::read(format!("/proc/{pid}/environ"))
            .is_ok_and(|environ| environ.split(|byte| *byte == 0).any(|variable| self.is_mark(variable)))
    }
}

/// Kills everything that this process started and that is still its descendant, without waiting: the last thing that a
/// process does that has no time for more.
pub fn kill_descendants() {
    let all = snapshot();
    let mut members = BTreeSet::from([own_pid()]);
    add_descendants(&all, &mut members);
    members.remove(&own_pid());
    for process in members.iter().filter_map(|pid| all.get(pid)) {
        send(process.id, Signal::KILL);
    }
}

/// Whether the process group has any member, ended ones that were not reaped included.
pub(super) fn group_exists(root: u32) -> bool {
    pid(root).is_some_and(|group| test_kill_process_group(group).is_ok())
}

/// Ends a whole group at once.
pub(super) fn kill_group(root: u32) {
    if let Some(group) = pid(root) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Reaps those of a group that were left to us, as the nearest subreaper, and have ended. Only for a group whose leader
/// was reaped: its end is somebody else's to see.
pub(super) fn reap_group(root: u32) {
    let Some(group) = pid(root) else { return };
    while matches!(waitpgid(group, WaitOptions::NOHANG), Ok(Some(_))) {}
}

/// Sends one signal to a process, unless its number is somebody else's by now.
fn send(process: Identity, signal: Signal) {
    let Some(pid) = pid(process.pid) else { return };
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return };
    if read_process(process.pid).is_some_and(|now| now.id == process) {
        let _ = pidfd_send_signal(handle, signal);
    }
}

/// Reaps processes that were left to us, as the nearest subreaper, and have ended. One system call if there are none.
///
/// Children that we started lead their own group in our session, or belong to our group; whoever started them waits
/// for them. Anything else is the leftover of some program.
pub(super) fn reap_leftovers() {
    let peek = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    if !matches!(waitid(WaitId::All, peek), Ok(Some(_))) {
        return;
    }
    if !proc_is_ours() {
        return;
    }
    // From /proc and not from getpgrp and getsid: in a container, the leader of our group or session may be a process
    // outside, which has no number in here. That reads as 0, which rustix's `Pid` cannot hold.
    let me = own_pid();
    let Some(us) = read_process(me) else { return };
    let Ok(children) = fs::read_to_string(format!("/proc/self/task/{me}/children")) else { return };
    for child in children.split_whitespace().filter_map(|word| read_process(word.parse().ok()?)) {
        let own_leader = child.group == child.id.pid && child.session == us.session;
        if child.ended && child.group != us.group && !own_leader {
            reap(child.id.pid);
        }
    }
}

struct Process {
    id: Identity,
    parent: u32,
    group: u32,
    session: u32,
    /// It has ended and waits to be reaped.
    ended: bool,
}

fn snapshot() -> BTreeMap<u32, Process> {
    if !proc_is_ours() {
        return BTreeMap::new();
    }
    let Ok(entries) = fs::read_dir("/proc") else { return BTreeMap::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, read_process(pid)?))).collect()
}

fn add_descendants(all: &BTreeMap<u32, Process>, members: &mut BTreeSet<u32>) {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for process in all.values() {
        children.entry(process.parent).or_default().push(process.id.pid);
    }
    let mut open: Vec<u32> = members.iter().copied().collect();
    while let Some(parent) = open.pop() {
        for child in children.get(&parent).into_iter().flatten() {
            if members.insert(*child) {
                open.push(*child);
            }
        }
    }
}

/// Whether `/proc` tells of our processes: it may be missing, or be that of another PID namespace, in which our numbers
/// belong to others. Then a step has no members but its group.
fn proc_is_ours() -> bool {
    static OURS: OnceLock<bool> = OnceLock::new();
    *OURS.get_or_init(|| {
        let own = fs::read_link("/proc/self");
        own.is_ok_and(|own| own.to_str().and_then(|own| own.parse().ok()) == Some(own_pid()))
    })
}

fn read_process(pid: u32) -> Option<Process> {
    parse_stat(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Reads `/proc/PID/stat`: the name, in parentheses, may itself contain anything.
fn parse_stat(pid: u32, stat: &str) -> Option<Process> {
    let fields: Vec<&str> = stat[stat.rfind(')')? + 1..].split_whitespace().collect();
    Some(Process {
        id: Identity { pid, start: fields.get(19)?.parse().ok()? },
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
        ended: matches!(*fields.first()?, "Z" | "X"),
    })
}

fn reap(number: u32) {
    if let Some(pid) = pid(number) {
        let _ = waitpid(Some(pid), WaitOptions::NOHANG);
    }
}

fn own_pid() -> u32 {
    getpid().as_raw_nonzero().get().unsigned_abs()
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_have_parentheses_and_spaces_in_its_name() {
        let stat = "42 (a) Z (b) S 7 8 9 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 1";
        let process = parse_stat(42, stat).unwrap();
        assert_eq!(process.id, Identity { pid: 42, start: 987_654 });
        assert_eq!((process.parent, process.group, process.session, process.ended), (7, 8, 9, false));
    }

    #[test]
    fn we_find_ourselves_in_a_snapshot() {
        let all = snapshot();
        let me = &all[&std::process::id()];
        assert!(!me.ended);
        assert_eq!(read_process(std::process::id()).unwrap().id, me.id);
    }
}
