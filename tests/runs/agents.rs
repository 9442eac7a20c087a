//! Agents that go wrong, played by programs of the adapter `command`.

use crate::project::{Project, Said};

const SOURCE: &str = r#"
type Score = int where 0 <= it and it <= 10
type Verdict { score: Score, why: string }

agent judge(poem: string) -> Verdict {
  prompt: "Judge this poem: ${poem}"
  timeout: 30s
}

@code("AGENT")
flow main() -> int { judge("the tide").score }
"#;

/// A project whose agent is this shell script.
fn with_agent(script: &str) -> Project {
    let project = Project::with(SOURCE);
    provider(&project, "./agent");
    project.script("agent", &format!("cat > prompt-$$; echo x >> calls\n{script}"));
    project
}

fn provider(project: &Project, program: &str) {
    let toml = format!(
        "[defaults]\nprovider = \"local\"\n\n[providers.local]\nadapter = \"command\"\nprogram = \"{program}\"\n"
    );
    project.write("flow.toml", &toml);
}

fn fails(project: &Project) -> Said {
    let said = project.flow(&["run", "main.flow"]);
    said.ends(1).tells(&["AGENT-1 failed: ", "in the step `main#1/judge`", "`flow resume AGENT-1`"]);
    assert_eq!(project.processes(), Vec::<i32>::new());
    said
}

/// What was written to the agent, in the order of its calls.
fn prompts(project: &Project) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(project.root())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("prompt-"))
        .collect();
    files.sort_by_key(|entry| entry.metadata().unwrap().modified().unwrap());
    files.iter().map(|entry| std::fs::read_to_string(entry.path()).unwrap()).collect()
}

#[test]
fn an_agent_gets_its_prompt_with_the_shape_of_its_answer_and_its_turn_is_kept() {
    let project =
        with_agent(r#"echo 'I looked.'; echo '```json'; echo '{"score": 7, "why": "short"}'; echo '```'"#);
    assert_eq!(project.flow(&["run", "main.flow"]).ends(0).out, "7\n");
    let [prompt] = &prompts(&project)[..] else { panic!("one call") };
    assert!(prompt.contains("Judge this poem: the tide") && prompt.contains("\"score\""), "{prompt}");
    let files = project.contents("runs/AGENT-1/steps");
    for name in ["prompt.md", "transcript.jsonl", "result.json"] {
        assert!(files.iter().any(|(path, _)| path.ends_with(name)), "{name} is not kept");
    }
    assert!(project.flow(&["logs", "AGENT-1", "judge"]).ends(0).out.contains("Judge this poem: the tide"));
}

#[test]
fn an_agent_that_is_not_installed_is_named_and_the_run_goes_on_when_it_is() {
    let project = Project::with(SOURCE);
    provider(&project, "no-such-agent");
    fails(&project).tells(&["`no-such-agent` is not installed"]);
    provider(&project, "./agent");
    project.script("agent", r#"cat > /dev/null; echo '{"score": 3, "why": "x"}'"#);
    project.flow(&["run", "main.flow"]).ends(0);
}

#[test]
fn a_provider_that_the_project_does_not_have_is_named_with_those_that_it_has() {
    let project = Project::with(SOURCE);
    project.write("flow.toml", "[defaults]\nprovider = \"house\"\n");
    let said = project.flow(&["run", "main.flow"]);
    said.ends(2).tells(&["flow.toml:2:12: error[E0612]: there is no provider `house`"]);
}

#[test]
fn an_answer_of_the_wrong_shape_is_sent_back_once_with_what_is_wrong() {
    let project = with_agent(
        r#"if [ "$(wc -l < calls)" -eq 1 ]; then echo '{"score": 11}'; else echo '{"score": 9, "why": "x"}'; fi"#,
    );
    assert_eq!(project.flow(&["run", "main.flow"]).ends(0).out, "9\n");
    let prompts = prompts(&project);
    assert_eq!(prompts.len(), 2);
    assert!(prompts[1].contains("$.score") && prompts[1].contains("11"), "{}", prompts[1]);
    assert!(prompts[1].contains("$.why"), "everything that is wrong is told: {}", prompts[1]);
    let logs = project.flow(&["logs", "AGENT-1", "judge"]).ends(0).out.clone();
    assert!(
        logs.contains("correction-1/transcript.jsonl") && logs.contains("\\\"score\\\": 9"),
        "both answers: {logs}"
    );
}

#[test]
fn an_agent_that_answers_the_wrong_shape_twice_fails_the_step_with_the_place() {
    let project = with_agent(r#"echo '{"score": 11, "why": "x"}'"#);
    fails(&project).tells(&["ContractViolated", "$.score", "found `11`"]);
    assert_eq!(project.lines("calls").len(), 2);
}

#[test]
fn an_agent_that_says_nothing_or_no_json_fails_the_step_and_says_so() {
    let project = with_agent("exit 0");
    fails(&project).tells(&["expected JSON on standard output, found nothing"]);
    let project = with_agent("echo All done.");
    fails(&project).tells(&["asked twice", "expected JSON", "`All done.`"]);
    let project = with_agent("echo the key is wrong >&2; exit 4");
    fails(&project).tells(&["ended with exit code 4", "the key is wrong"]);
    assert_eq!(project.lines("calls").len(), 1, "asking again would not mend it");
}

#[test]
fn an_agent_that_sleeps_past_its_timeout_is_ended_with_what_it_started() {
    let project = with_agent("setsid sleep 1000 & touch started; sleep 1000");
    project.write("main.flow", &SOURCE.replace("30s", "2s"));
    fails(&project).tells(&["Timeout", "was still running after its timeout"]);
    assert!(project.path("started").exists());
}

#[test]
fn a_runner_that_is_killed_in_the_middle_of_a_turn_takes_it_again_and_only_it() {
    let project = with_agent(
        r#"if [ "$(wc -l < calls)" -eq 1 ]; then touch started; sleep 1000; else echo '{"score": 5, "why": "x"}'; fi"#,
    );
    project.write(
        "main.flow",
        &SOURCE
            .replace(
                "flow main() -> int { judge(\"the tide\").score }",
                "flow main() -> int { judge(poem()).score }",
            )
            .replace(
                "agent judge",
                "command poem() -> string { run: \"echo poem >> effects; echo tide\" }\nagent judge",
            ),
    );
    project.start(&["run", "main.flow"], "started").kill();
    assert_eq!(project.flow(&["resume", "AGENT-1"]).ends(0).out, "5\n");
    assert_eq!((project.lines("effects").len(), project.lines("calls").len()), (1, 2));
    assert_eq!(project.processes(), Vec::<i32>::new(), "what the first turn left is ended");
}

#[test]
fn what_a_killed_runner_left_of_a_correction_is_ended_too() {
    let project = with_agent(
        r#"case "$(wc -l < calls)" in
1) echo '{"score": 11}' ;;
2) touch started; sleep 1000 ;;
*) touch again; while [ ! -e go ]; do sleep 0.02; done; echo '{"score": 5, "why": "x"}' ;;
esac"#,
    );
    project.start(&["run", "main.flow"], "started").kill();
    let left = project.processes();
    assert!(!left.is_empty(), "the correction still works");
    let resumed = project.start(&["resume", "AGENT-1"], "again");
    let now = project.processes();
    assert!(left.iter().all(|pid| !now.contains(pid)), "it does not work beside the next attempt");
    project.write("go", "");
    assert_eq!(resumed.end().ends(0).out, "5\n");
    assert_eq!(project.processes(), Vec::<i32>::new());
}

/// As [`with_agent`], with settings added to the agent.
fn with_settings(settings: &str, script: &str) -> Project {
    let project = with_agent(script);
    project.write("main.flow", &SOURCE.replace("timeout: 30s", &format!("timeout: 30s\n  {settings}")));
    project
}

#[test]
fn a_call_that_has_taken_its_turns_takes_no_other_to_mend_its_answer() {
    let project = with_settings("turns: 1", r#"echo '{"score": 11, "why": "x"}'"#);
    let said = fails(&project);
    said.tells(&[
        "BudgetExhausted",
        "it may take 1 turn (`turns`), and has taken it; the last one: `local`",
        "$.score",
    ]);
    assert_eq!(project.lines("calls").len(), 1);
    let shown = project.flow(&["show", "AGENT-1", "judge", "--json"]).ends(0).value();
    assert_eq!(shown["failure"]["kind"], "BudgetExhausted", "{shown}");

    let project = with_settings("turns: 2", r#"echo '{"score": 11, "why": "x"}'"#);
    fails(&project).tells(&["ContractViolated"]);
    assert_eq!(project.lines("calls").len(), 2);
}

#[test]
fn its_turns_are_counted_over_its_attempts_and_over_the_death_of_the_runner() {
    let project = with_settings("turns: 2\n  retry: 5", "echo busy >&2; exit 75");
    fails(&project).tells(&["BudgetExhausted", "it may take 2 turns (`turns`), and has taken them", "busy"]);
    assert_eq!(project.lines("calls").len(), 2);
    // Whoever resumes a run that failed wants it tried again.
    project.flow(&["resume", "AGENT-1"]).ends(1);
    assert_eq!(project.lines("calls").len(), 4);

    let project = with_settings(
        "turns: 2\n  retry: 5",
        r#"case "$(wc -l < calls)" in 2) touch started; sleep 1000 ;; *) exit 75 ;; esac"#,
    );
    project.start(&["run", "main.flow"], "started").kill();
    project.flow(&["resume", "AGENT-1"]).ends(1).tells(&["it may take 2 turns"]);
    assert_eq!(project.lines("calls").len(), 3, "the turn that was cut is not counted, the first one is");
}

#[test]
fn a_program_says_what_it_used_and_a_call_that_costs_more_than_it_may_fails() {
    let said = r#"echo '{"turns": 3, "input_tokens": 10, "output_tokens": 2, "cost": 0.25}' > "$FLOW_USAGE""#;
    let answer = r#"echo '{"score": 5, "why": "x"}'"#;
    let project = with_settings("cost: $0.25", &format!("{said}; {answer}"));
    project.flow(&["run", "main.flow"]).ends(0);
    let status = project.flow(&["status", "AGENT-1"]);
    assert!(status.ends(0).out.contains("3 turns of agents, 10 tokens read, 2 written, $0.25"), "{status:?}");

    let project = with_settings("cost: $0.20", &format!("{said}; {answer}"));
    fails(&project).tells(&["BudgetExhausted", "it may cost $0.20 (`cost`), and has cost $0.25"]);
    let project = with_settings("cost: $0.40\n  retry: 5", &format!("{said}; exit 75"));
    fails(&project).tells(&["it may cost $0.40 (`cost`), and has cost $0.50; the last one"]);
    assert_eq!(project.lines("calls").len(), 2);
    let project =
        with_settings("retry: 5", &format!(r#"echo '{{"cost": "much"}}' > "$FLOW_USAGE"; {answer}"#));
    fails(&project).tells(&["`local` left a usage (FLOW_USAGE) that cannot be counted", "invalid type"]);
}

#[test]
fn a_cost_that_may_go_uncounted_is_told_before_anything_runs() {
    let project = with_settings("cost: $0.20", r#"echo '{"score": 5, "why": "x"}'"#);
    let told = "`cost` of `judge` counts only what `local` says in the file that FLOW_USAGE names";
    let said = project.flow(&["run", "main.flow"]);
    said.ends(0).tells(&[told, "what turns of `local` cost is not known"]);
    assert!(said.err.find(told) < said.err.find("> judge ("), "{}", said.err);
    let toml = project.read("flow.toml") + "price = { input = 0, output = 0.0 }\n";
    project.write("flow.toml", &toml);
    assert!(!project.flow(&["run", "main.flow"]).ends(0).err.contains("`cost`"));
}

#[test]
fn a_cost_that_nobody_tells_is_said_to_be_unknown_unless_the_project_has_a_price() {
    let project = with_agent(r#"echo '{"score": 5, "why": "x"}'"#);
    let budgeted = SOURCE.replace("flow main", "@budget(cost: $1)\nflow main");
    project.write("main.flow", &budgeted);
    let said = project.flow(&["run", "main.flow"]);
    said.ends(0).tells(&["what turns of `local` cost is not known", "`price` of `[providers.local]`"]);
    let status = project.flow(&["status", "AGENT-1"]);
    assert!(status.ends(0).out.contains("1 turn of agents, at a cost that is not known"), "{status:?}");
    let shown = project.flow(&["show", "AGENT-1", "judge"]);
    assert!(shown.ends(0).out.contains("at a cost that is not known"), "{shown:?}");

    let toml = project.read("flow.toml") + "price = { input = 0, output = 0.0 }\n";
    project.write("flow.toml", &toml);
    assert!(!project.flow(&["run", "main.flow"]).ends(0).err.contains("is not known"));
    let status = project.flow(&["status", "AGENT-2"]);
    assert!(status.ends(0).out.contains("1 turn of agents, $0"), "{status:?}");
}
