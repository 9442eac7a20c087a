//! What people write who come from other languages, where a name means nothing here: what it is in Flow.

use flow_grammar::tree::DoerKind;

/// How to write what another language calls a type.
pub(crate) fn a_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "str" | "String" | "text" | "Text" | "char" => "write `string`",
        "number" | "num" | "Number" => "write `int`, or `float` for fractions",
        "integer" | "Int" | "Integer" | "i64" | "i32" | "u32" | "u64" | "long" | "usize" => "write `int`",
        "double" | "Float" | "Double" | "f64" | "f32" | "decimal" => "write `float`",
        "boolean" | "Bool" | "Boolean" => "write `bool`",
        "List" | "list" | "Array" | "array" | "Vec" | "Set" | "Sequence" => "a list is written `[T]`",
        "Map" | "map" | "Dict" | "dict" | "HashMap" | "Record" | "object" | "Object" => {
            "a map is written `{string: T}`; what has fields is declared: `type Plan { title: string }`"
        }
        "Option" | "Optional" | "Maybe" => "what may be missing is written `T?`",
        "Result" | "Either" => "a failure needs no type: it is caught with `catch`",
        "void" | "Void" | "unit" | "Unit" | "null" | "undefined" | "None" => {
            "what yields nothing has no `->` and no type"
        }
        "any" | "Any" | "unknown" | "dynamic" | "Json" | "JSON" => "write `json` for any JSON value",
        "path" | "Path" | "File" => "write `file`",
        "datetime" | "DateTime" | "date" | "Date" | "timestamp" | "Time" => "write `time`",
        "Duration" | "timedelta" | "TimeDelta" => "write `duration`",
        "Money" | "currency" => "write `money`",
        _ => return None,
    })
}

/// How to write what another language calls a function or a value.
pub(super) fn a_value(name: &str) -> Option<&'static str> {
    Some(match name {
        "print" | "println" | "printf" | "puts" | "console" | "echo" => {
            "`log(\"…\")` writes a line into the log of the run"
        }
        "len" | "length" | "size" => "it is a method: `xs.len()`",
        "map" | "filter" | "sum" | "sorted" | "any" | "all" | "reversed" => {
            "it is a method: `xs.map(|it| …)`, `xs.filter(|it| …)`, `xs.sum()` and so on"
        }
        "str" | "string" | "String" | "format" | "sprintf" => "put it into a string: `\"${…}\"`",
        "int" | "Int" | "Number" | "parseInt" | "Integer" => {
            "`text.to_int()` reads a number, `x.round()` makes one of a `float`"
        }
        "float" | "Float" | "parseFloat" => {
            "`text.to_float()` reads a number, `n.to_float()` makes one of an `int`"
        }
        "Some" | "Just" => "a value goes as it is where there may be none: leave it out",
        "Ok" | "Right" => "a flow yields the value itself: leave it out",
        "Err" | "Left" | "Error" | "Exception" | "RuntimeError" | "ValueError" => "write `fail \"why\"`",
        "enumerate" => "`for { index, value } in xs.indexed()` counts along",
        "min" | "max" | "abs" | "round" | "floor" | "ceil" | "Math" | "math" => {
            "it is a method: `a.min(b)`, `n.abs()`, `x.round()`"
        }
        "JSON" | "json" => "`text.to_json()` reads JSON, and `\"${value}\"` writes it",
        "isinstance" | "typeof" | "type_of" => "ask with `is`: `if answer is Done(value) { … }`",
        "time" | "datetime" | "Date" | "Instant" => "`now()` is the time",
        "os" | "sys" | "process" => "`env(\"NAME\")` reads a variable of the environment",
        "fetch" | "requests" | "http" | "axios" | "curl" => {
            "declare a program that asks: `command page(url: string) -> string { run: [\"curl\", url] }`"
        }
        "Promise" | "asyncio" | "futures" | "tokio" => {
            "`parallel { a: one(), b: other() }` waits for all, `race { … }` for the first"
        }
        "input" | "prompt" | "confirm" => {
            "declare who is asked: `human approve(what: string) -> bool { ask: \"Is ${what} fine?\" }`"
        }
        "range" => "write `0..n`",
        "open" | "readFile" | "read_file" => "`read(path)` yields the text of a file",
        "exec" | "system" | "subprocess" | "shell" | "spawn" => {
            "declare it, `command tests() -> Exec { run: [\"cargo\", \"test\"] }`, or use `sh(\"…\")`"
        }
        "try" => "write the call, and `catch error { … }` behind it",
        "panic" | "exit" | "abort" | "error" => "write `fail \"why\"`",
        "pass" => "a block may be empty: leave it out",
        "self" | "this" => "there are no methods of your own: pass the value as an argument",
        _ => return None,
    })
}

/// The member of a built-in type that another language calls `name`.
pub(crate) fn a_member(name: &str) -> &'static [&'static str] {
    match name {
        "length" | "size" | "count" | "lenght" => &["len"],
        "includes" | "has" | "contains_key" | "containsKey" => &["contains", "has"],
        "toUpperCase" | "to_upper" | "to_uppercase" | "toUpper" | "uppercase" => &["upper"],
        "toLowerCase" | "to_lower" | "to_lowercase" | "toLower" | "lowercase" => &["lower"],
        "strip" => &["trim"],
        "startsWith" | "startswith" => &["starts_with"],
        "endsWith" | "endswith" => &["ends_with"],
        "parse" | "toInt" | "parseInt" => &["to_int"],
        "reduce" => &["fold"],
        "every" => &["all"],
        "some" => &["any"],
        "head" => &["first"],
        "tail" => &["drop"],
        "flatMap" => &["flat_map"],
        "exit_code" | "exitCode" | "code" | "status" | "returncode" => &["exit"],
        "output" | "out" => &["stdout"],
        "err" => &["stderr"],
        "msg" | "reason" => &["message"],
        _ => &[],
    }
}

/// The setting that other tools call `name`.
pub(crate) fn a_setting(kind: DoerKind, name: &str) -> Option<&'static str> {
    Some(match (kind, name) {
        (
            DoerKind::Agent,
            "instructions" | "task" | "text" | "message" | "user_prompt" | "ask" | "question",
        ) => "prompt",
        (DoerKind::Agent, "system_prompt") => "system",
        (DoerKind::Agent, "max_turns") => "turns",
        (
            DoerKind::Command,
            "cmd" | "command" | "exec" | "args" | "argv" | "shell" | "script" | "program",
        ) => "run",
        (DoerKind::Command, "dir" | "directory" | "workdir" | "working_directory") => "cwd",
        (DoerKind::Command, "input") => "stdin",
        (DoerKind::Human, "question" | "prompt" | "text" | "message") => "ask",
        (DoerKind::Human, "options") => "choices",
        (_, "retries" | "attempts") => "retry",
        (_, "environment") => "env",
        _ => return None,
    })
}
