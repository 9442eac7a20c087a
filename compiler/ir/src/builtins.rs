//! What is built into the language: the pure methods of built-in types, and the built-in effects. One table, used by the
//! checker for types, by the editor for completion and hover, by the verifier for arity, and by the runtime, whose test
//! shows that it has every one of them.
//!
//! Signatures are written as in the language. `T`, `U`, `K`, `V` are type variables; `|T| -> U` is a pure closure; a
//! parameter with `?` behind its name may be left out.

mod signature;

pub(crate) use signature::parse_type;
pub use signature::{Signature, SignatureParam};

/// A pure method, or with no parentheses in its signature a property, of a built-in type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// The kind of receiver: `string`, `list`, `map`, `option`, `int`, `float`, `duration`, `time`, `money`, `file`, `json`, `failure`, `exec`.
    pub on: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The receiver's type.
    pub receiver: &'static str,
    /// Parameters and result; without parentheses for a property.
    pub signature: &'static str,
    /// What it does, for people.
    pub doc: &'static str,
}

/// A built-in effect: called like a function, recorded like any step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Its name.
    pub name: &'static str,
    /// Parameters and result.
    pub signature: &'static str,
    /// What it does, for people.
    pub doc: &'static str,
}

const fn method(
    on: &'static str,
    receiver: &'static str,
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
) -> Method {
    Method { on, name, receiver, signature, doc }
}

const fn effect(name: &'static str, signature: &'static str, doc: &'static str) -> Effect {
    Effect { name, signature, doc }
}

/// The method or property `name` of a kind of receiver.
pub fn find_method(on: &str, name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.on == on && method.name == name)
}

/// The effect `name`.
pub fn find_effect(name: &str) -> Option<&'static Effect> {
    EFFECTS.iter().chain(PROCESS_EFFECTS).find(|effect| effect.name == name)
}

/// Every pure method and property. In the IR a method is `on.name` (`list.filter`); a property is an
/// [`Op::Field`](crate::Op::Field).
#[rustfmt::skip]
pub const METHODS: &[Method] = &[
    method("string", "string", "len", "() -> int", "The number of characters."),
    method("string", "string", "is_empty", "() -> bool", "Whether there is no character."),
    method("string", "string", "contains", "(part: string) -> bool", "Whether `part` occurs in it."),
    method("string", "string", "starts_with", "(part: string) -> bool", "Whether it begins with `part`."),
    method("string", "string", "ends_with", "(part: string) -> bool", "Whether it ends with `part`."),
    method("string", "string", "matches", "(pattern: string) -> bool", "Whether the regular expression `pattern` matches somewhere in it; `^` and `$` anchor it."),
    method("string", "string", "split", "(separator: string) -> [string]", "The parts between each `separator`; its characters when `separator` is empty."),
    method("string", "string", "lines", "() -> [string]", "Its lines, without their line ends."),
    method("string", "string", "trim", "() -> string", "Without white space at both ends."),
    method("string", "string", "upper", "() -> string", "In capital letters."),
    method("string", "string", "lower", "() -> string", "In small letters."),
    method("string", "string", "replace", "(old: string, new: string) -> string", "With each `old` replaced by `new`."),
    method("string", "string", "take", "(count: int) -> string", "Its first `count` characters, fewer if it is shorter."),
    method("string", "string", "drop", "(count: int) -> string", "Without its first `count` characters."),
    method("string", "string", "repeat", "(count: int) -> string", "`count` copies of it, one behind the other."),
    method("string", "string", "before", "(separator: string) -> string", "What stands before the first `separator`; all of it when there is none."),
    method("string", "string", "after", "(separator: string) -> string", "What stands behind the first `separator`; empty when there is none."),
    method("string", "string", "to_int", "() -> int?", "The integer that it spells, or `none`."),
    method("string", "string", "to_float", "() -> float?", "The number that it spells, or `none`."),
    method("string", "string", "to_json", "() -> json?", "The JSON value that it spells, or `none`."),

    method("list", "[T]", "len", "() -> int", "The number of elements."),
    method("list", "[T]", "is_empty", "() -> bool", "Whether there is no element."),
    method("list", "[T]", "first", "() -> T?", "The first element, or `none`."),
    method("list", "[T]", "last", "() -> T?", "The last element, or `none`."),
    method("list", "[T]", "get", "(index: int) -> T?", "The element at `index`, counted from 0, or `none`."),
    method("list", "[T]", "contains", "(value: T) -> bool", "Whether an element equals `value`."),
    method("list", "[T]", "index_of", "(value: T) -> int?", "The place of the first element that equals `value`, or `none`."),
    method("list", "[T]", "map", "(f: |T| -> U) -> [U]", "What `f` yields for each element."),
    method("list", "[T]", "filter", "(f: |T| -> bool) -> [T]", "The elements for which `f` holds."),
    method("list", "[T]", "flat_map", "(f: |T| -> [U]) -> [U]", "The lists that `f` yields, joined."),
    method("list", "[[T]]", "flatten", "() -> [T]", "The lists in it, joined."),
    method("list", "[T?]", "compact", "() -> [T]", "The elements that are not `none`."),
    method("list", "[T]", "any", "(f: |T| -> bool) -> bool", "Whether `f` holds for one element."),
    method("list", "[T]", "all", "(f: |T| -> bool) -> bool", "Whether `f` holds for every element."),
    method("list", "[T]", "count", "(f: |T| -> bool) -> int", "For how many elements `f` holds."),
    method("list", "[T]", "find", "(f: |T| -> bool) -> T?", "The first element for which `f` holds, or `none`."),
    method("list", "[T]", "fold", "(start: U, f: |U, T| -> U) -> U", "`f` over the elements from the left, beginning with `start`."),
    method("list", "[T]", "sort", "() -> [T]", "In rising order; equal elements stay in their order."),
    method("list", "[T]", "sort_by", "(f: |T| -> U) -> [T]", "In rising order of what `f` yields; equal elements stay in their order."),
    method("list", "[T]", "reverse", "() -> [T]", "The last element first."),
    method("list", "[T]", "take", "(count: int) -> [T]", "Its first `count` elements, fewer if it is shorter."),
    method("list", "[T]", "drop", "(count: int) -> [T]", "Without its first `count` elements."),
    method("list", "[T]", "unique", "() -> [T]", "Each element once, at its first place."),
    method("list", "[T]", "chunks", "(size: int) -> [[T]]", "Cut into lists of `size` elements; the last may be shorter."),
    method("list", "[T]", "indexed", "() -> [{index: int, value: T}]", "Each element with its place, counted from 0."),
    method("list", "[T]", "group_by", "(f: |T| -> K) -> {K: [T]}", "The elements under what `f` yields for them."),
    method("list", "[T]", "to_map", "(f: |T| -> K) -> {K: T}", "Each element under what `f` yields for it; a later one replaces an earlier."),
    method("list", "[T]", "max_by", "(f: |T| -> U) -> T?", "The first element for which `f` yields the most, or `none`."),
    method("list", "[T]", "min_by", "(f: |T| -> U) -> T?", "The first element for which `f` yields the least, or `none`."),
    method("list", "[T]", "max", "() -> T?", "The greatest element, or `none`."),
    method("list", "[T]", "min", "() -> T?", "The least element, or `none`."),
    method("list", "[T]", "sum", "() -> T", "The sum of numbers, durations or money; 0 when there is none."),
    method("list", "[string]", "join", "(separator: string) -> string", "The strings with `separator` between them."),

    method("map", "{K: V}", "len", "() -> int", "The number of entries."),
    method("map", "{K: V}", "is_empty", "() -> bool", "Whether there is no entry."),
    method("map", "{K: V}", "keys", "() -> [K]", "The keys, in order."),
    method("map", "{K: V}", "values", "() -> [V]", "The values, in the order of their keys."),
    method("map", "{K: V}", "entries", "() -> [{key: K, value: V}]", "The entries, in the order of their keys."),
    method("map", "{K: V}", "get", "(key: K) -> V?", "The value under `key`, or `none`."),
    method("map", "{K: V}", "contains", "(key: K) -> bool", "Whether there is an entry under `key`."),
    method("map", "{K: V}", "without", "(key: K) -> {K: V}", "Without the entry under `key`."),
    method("map", "{K: V}", "merge", "(other: {K: V}) -> {K: V}", "With the entries of `other`, which win."),
    method("map", "{K: V}", "map_values", "(f: |V| -> U) -> {K: U}", "What `f` yields for each value, under the same keys."),

    method("option", "T?", "is_some", "() -> bool", "Whether there is a value."),
    method("option", "T?", "is_none", "() -> bool", "Whether it is `none`."),

    method("int", "int", "abs", "() -> int", "Without its sign."),
    method("int", "int", "min", "(other: int) -> int", "The lesser of both."),
    method("int", "int", "max", "(other: int) -> int", "The greater of both."),
    method("int", "int", "to_float", "() -> float", "As a `float`."),
    method("int", "int", "to_string", "() -> string", "In decimal digits."),
    method("float", "float", "abs", "() -> float", "Without its sign."),
    method("float", "float", "min", "(other: float) -> float", "The lesser of both."),
    method("float", "float", "max", "(other: float) -> float", "The greater of both."),
    method("float", "float", "round", "() -> int", "The nearest integer, halves away from zero."),
    method("float", "float", "floor", "() -> int", "The greatest integer that is not above it."),
    method("float", "float", "ceil", "() -> int", "The least integer that is not below it."),
    method("float", "float", "to_string", "() -> string", "In decimal digits."),

    method("duration", "duration", "seconds", "() -> float", "In seconds."),
    method("duration", "duration", "minutes", "() -> float", "In minutes."),
    method("duration", "duration", "hours", "() -> float", "In hours."),
    method("time", "time", "iso", "() -> string", "As ISO 8601 in UTC."),
    method("money", "money", "dollars", "() -> float", "In dollars."),

    method("file", "file", "path", "string", "The path, relative to the workspace."),
    method("file", "file", "name", "string", "The last part of the path."),
    method("file", "file", "stem", "string", "The name without its last extension."),
    method("file", "file", "extension", "string", "What stands behind the name's last dot; empty without one."),
    method("file", "file", "directory", "string", "The path without its last part; `.` at the top."),
    method("file", "file", "sha256", "string", "The SHA-256 of its content when it was handed over, in hexadecimal."),

    method("json", "json", "get", "(key: string) -> json?", "The value under `key` of an object, or `none`."),
    method("json", "json", "at", "(index: int) -> json?", "The element at `index` of an array, or `none`."),
    method("json", "json", "as_string", "() -> string?", "The string, or `none` if it is something else."),
    method("json", "json", "as_int", "() -> int?", "The integer, or `none` if it is something else."),
    method("json", "json", "as_float", "() -> float?", "The number, or `none` if it is something else."),
    method("json", "json", "as_bool", "() -> bool?", "The truth value, or `none` if it is something else."),
    method("json", "json", "as_list", "() -> [json]?", "The elements of an array, or `none` if it is something else."),
    method("json", "json", "to_string", "() -> string", "As JSON text."),

    method("failure", "Failure", "kind", "string", "What kind of failure it is: `CommandFailed`, `Timeout`, `RequireFailed`, …"),
    method("failure", "Failure", "message", "string", "What happened, for people."),
    method("failure", "Failure", "step", "string", "The key of the step that failed; empty when none did."),
    method("failure", "Failure", "cause", "Failure?", "The failure behind it, if there is one."),

    method("exec", "Exec", "exit", "int", "The exit code; 128 and the signal's number when a signal ended it."),
    method("exec", "Exec", "stdout", "string", "What it wrote to standard output."),
    method("exec", "Exec", "stderr", "string", "What it wrote to standard error."),
];

/// Every built-in effect that works on the workspace, the clock or the run. `T` in a result is the expected type.
#[rustfmt::skip]
pub const EFFECTS: &[Effect] = &[
    effect("sleep", "(for: duration) -> none", "Waits. The deadline is recorded, so a resumed run waits only for what is left."),
    effect("now", "() -> time", "The time, as it was when the step first ran."),
    effect("random", "() -> float", "A random number from 0 up to 1, recorded."),
    effect("env", "(name: string) -> string?", "An environment variable of the runner, or `none`; fails for what is declared a `secret`."),
    effect("read", "(file: file) -> string", "The text of a file of the workspace."),
    effect("read_json", "(file: file) -> T", "A JSON file of the workspace, as the expected type."),
    effect("write", "(path: string, text: string) -> file", "Writes a file of the workspace, with the directories above it."),
    effect("glob", "(pattern: string) -> [file]", "The files of the workspace that match, sorted by path."),
    effect("exists", "(path: string) -> bool", "Whether a file or directory of the workspace exists."),
    effect("wait_for", "(pattern: string, timeout?: duration) -> file", "Waits until a file of the workspace matches, and yields the first by path; fails with `Timeout`."),
    effect("sh", "(script: string) -> Exec", "Runs a shell script in the workspace; never fails on its exit code."),
    effect("log", "(text: string) -> none", "Writes a line into the run's log and events."),
    effect("metric", "(name: string, value: float) -> none", "Publishes a number in the run's events."),
    effect("signal", "(name: string) -> T", "Waits for a value sent from outside with `flow send`."),
];

/// Every built-in effect on processes and sessions. A name with a dot is a member, not called by name.
#[rustfmt::skip]
pub const PROCESS_EFFECTS: &[Effect] = &[
    effect("join", "(process: Process<T, E>) -> T", "Waits for the result of a process, and fails as it failed."),
    effect("cancel", "(process: Process<T, E>) -> none", "Ends a process, and all that it started."),
    effect("restart", "(process: Process<T, E>) -> none", "Ends a process if it still runs, and starts it anew with the same arguments."),
    effect("detach", "(process: Process<T, E>) -> none", "Lets a process go on when the flow that spawned it ends."),
    effect("bubble", "(process: Process<T, E>, as?: string) -> none", "Publishes what a process emits as events of the flow itself, under a name."),
    effect("connect", "(a: A, b: B, direction?: string) -> none", "Lets two sessions or processes send messages to one another; with `direction: one`, only the first to the second."),
    effect("process.status", "(process: Process<T, E>) -> S", "How a process stands: `Running`, `Succeeded`, `Failed` or `Cancelled`."),
    effect("process.restarts", "(process: Process<T, E>) -> int", "How often a process was started anew."),
];

#[cfg(test)]
mod tests {
    use super::{EFFECTS, METHODS, PROCESS_EFFECTS};
    use std::collections::HashSet;

    #[test]
    fn every_built_in_has_a_name_of_its_own() {
        let mut seen = HashSet::new();
        assert!(METHODS.iter().all(|method| seen.insert((method.on, method.name))));
        assert!(EFFECTS.iter().chain(PROCESS_EFFECTS).all(|effect| seen.insert(("", effect.name))));
    }
}
