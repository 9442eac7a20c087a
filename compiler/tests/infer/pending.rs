//! What is not checked yet is said to be so, once for each place.

use crate::support;

reports! {
    processes: "flow work(x: int) -> int { x }\nagent monitor(goal: string) -> string { prompt: goal }\nflow f() -> int {\n  let p = spawn work(1)\n  let s = open monitor\n  connect(s, p)\n  let r = join(p)\n  for e in events(p) { log(\"${e}\") }\n  cancel(p)\n  r\n}";
    events: "type Progress = Started | Percent(value: int)\nflow f() -> int emits Progress {\n  emit Started\n  1\n}";
    endpoints: "flow f() -> int {\n  expose add(x: int) -> int { x }\n  add(1)\n}";
    tests: "fn f() -> int { 1 }\ntest \"f is one\" { expect f() == 1 }";
    tools_of_the_program: "tool add(x: int) -> int { x + 1 }\nflow work() -> int { 1 }\nagent a(x: int) -> int {\n  prompt: \"${x}\"\n  tools: [read, add, work]\n}\nflow f() -> int { a(1) with { tools: [add] } }";
}
