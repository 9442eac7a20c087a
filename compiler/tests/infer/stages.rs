//! Stages and handoffs.

use crate::support;

reports! {
    a_flow_of_stages: "type Review = Accept | Revise(finding: string)\nagent writer(brief: string, last: Review?) -> string { prompt: \"${brief} ${last}\" }\nagent critic(text: string) -> Review { prompt: text }\nflow loop_of(brief: string) -> string {\n  let wish = brief.trim()\n  handoff draft(none)\n  stage draft(last: Review?) max 6 { handoff judge(writer(wish, last)) }\n  stage judge(text: string) {\n    match critic(text) {\n      Accept => return text\n      review => handoff draft(review)\n    }\n  }\n}";
    a_handoff_of_the_wrong_type: "type Direction { goal: string }\nflow f() -> int {\n  handoff draft(\"x\")\n  stage draft(direction: Direction) { return direction.goal.len() }\n}";
    a_handoff_with_wrong_arguments: "flow f() -> int {\n  handoff a()\n  stage a(x: int) { handoff b(x, x) }\n  stage b(y: int) max 2 { handoff c(z: y) }\n  stage c(w: int) { return w }\n}";
    an_unknown_stage: "flow f() -> int {\n  handoff jugde(1)\n  stage judge(x: int) { return x }\n}";
    a_flow_is_no_stage: "flow other(x: int) -> int { x }\nflow f() -> int {\n  if true { handoff other(1) }\n  1\n}";
    a_handoff_without_stages: "fn f() -> int { handoff x(1) }";
    a_handoff_out_of_a_branch: "flow f(xs: [int]) -> int {\n  let ys = parallel for x in xs { handoff a(x) }\n  defer { handoff a(1) }\n  handoff a(ys.len())\n  stage a(x: int) { return x }\n}";
    a_path_that_does_not_leave: "command c(n: int) -> int { run: [\"c\", n] }\nflow f(n: int) -> int {\n  handoff a(n)\n  stage a(x: int) {\n    if x > 1 {\n      return x\n    } else if x > 0 {\n      c(x)\n    }\n  }\n  stage b(x: int) {\n    match x {\n      1 => return 1\n      _ => { let y = c(x) }\n    }\n  }\n}";
    a_stage_that_is_never_reached: "flow f() -> int {\n  handoff a(1)\n  stage a(x: int) { return x }\n  stage b(x: int) { handoff c(x) }\n  stage c(x: int) { return x }\n}";
    a_flow_that_never_hands_off: "flow f() -> int {\n  1\n  stage a(x: int) { return x }\n}";
    stages_that_never_end: "flow f() -> int {\n  handoff a(1)\n  stage a(x: int) max 3 { handoff b(x) }\n  stage b(x: int) { handoff a(x) }\n}";
    a_stage_that_only_waits_never_ends: "flow f() -> int {\n  handoff a(1)\n  stage a(x: int) { if x > 1 { handoff b() } else { return 1 } }\n  stage b() { blocked \"mend it\" }\n}";
    a_circle_without_a_bound: "flow f() -> int {\n  handoff a(1)\n  stage a(x: int) { handoff b(x) }\n  stage b(x: int) { if x > 1 { return x } else { handoff a(x) } }\n}";
    a_stage_that_goes_to_itself: "flow f() -> int {\n  handoff a(1)\n  stage a(x: int) { if x > 9 { return x } else { handoff a(x + 1) } }\n}";
    a_circle_with_a_budget_of_turns: "agent g(x: int) -> int { prompt: \"${x}\" }\n@budget(turns: 9)\nflow f() -> int {\n  handoff a(1)\n  stage a(x: int) { handoff b(g(x)) }\n  stage b(x: int) { if x > 1 { return x } else { handoff a(x) } }\n}\n@budget(turns: 9)\nflow h() -> int {\n  handoff a(1)\n  stage a(x: int) { if x > 1 { return x } else { handoff a(x) } }\n}";
    two_stages_of_one_name: "flow f() -> int {\n  handoff a(1)\n  stage a(x: int) { return x }\n  stage a(x: int) { return x }\n}";
    a_stage_inside_of_a_block: "flow f(c: bool) -> int {\n  if c {\n    stage a(x: int) { return x }\n  }\n  1\n}";
    a_stage_sees_what_was_before_the_first_handoff: "flow f(n: int) -> int {\n  var total = n\n  if n > 3 { handoff a(1) }\n  let late = 2\n  handoff a(late)\n  stage a(x: int) {\n    total += x\n    return total + late\n  }\n}";
    the_default_of_a_parameter_of_a_stage: "flow f() -> int {\n  handoff a()\n  stage a(x: int = 3, y: string = 4) { return x + y.len() }\n}";
    a_stage_returns_the_result_of_the_flow: "flow f() -> int {\n  handoff a(1)\n  stage a(x: int) { return \"${x}\" }\n}";
}
