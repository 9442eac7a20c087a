//! Steps: from a call in the program to the work that an engine does.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use flow_ir::{Agent, Command, Human, Name, Node, Op, Part, Run, Target, Type};

use super::flow::Budgeted;
use super::pure::{Frame, ops};
use super::stop::{Out, Stop};
use super::{Interpreter, Task};
use crate::boundary::check::check;
use crate::boundary::encode;
use crate::engine::{AgentWork, CommandWork, HumanWork, NOTHING, Output, StepId, Work};
use crate::journal::{StepKey, StepKind};
use crate::process::{Program as Executable, shell_quote};
use crate::value::failure::kind;
use crate::value::{Failure, Value, render};

pub(super) type Options = BTreeMap<Name, Value>;

impl<'p> Interpreter<'p> {
    pub(super) async fn call(
        &self,
        key: &Name,
        target: &'p Target,
        args: &'p [Option<Node>],
        options: &'p BTreeMap<Name, Node>,
        task: &mut Task<'p>,
    ) -> Out {
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(match arg {
                Some(arg) => Some(self.eval(arg, task).await?),
                None => None,
            });
        }
        let mut set = Options::new();
        for (name, node) in options {
            set.insert(name.clone(), self.eval(node, task).await?);
        }
        let key = task.path.join(key);
        self.pure.clean(task.trace.is_some());
        let missing = |what: &str, name: &Name| Stop::invalid(format!("there is no {what} `{name}`"));
        match target {
            Target::Flow(name) => self.call_flow(name, key, values, &set, task).await,
            Target::Command(name) => {
                let it = self.program.commands.get(name).ok_or_else(|| missing("command", name))?;
                let mut frame = self.pure.enter(name, &it.frame, values)?;
                let id = self.id(key, StepKind::Command, name, it, &it.frame, &mut frame, &set)?;
                let work = || {
                    self.hold_fresh(&it.frame, &mut frame)?;
                    self.command(it, &mut frame, &set).map(|work| Work::Command(Box::new(work)))
                };
                self.step(id, &it.frame.result, work, task).await
            }
            Target::Agent(name) => {
                let it = self.program.agents.get(name).ok_or_else(|| missing("agent", name))?;
                let mut frame = self.pure.enter(name, &it.frame, values)?;
                let id = self.id(key, StepKind::Agent, name, it, &it.frame, &mut frame, &set)?;
                let work = || {
                    self.hold_fresh(&it.frame, &mut frame)?;
                    self.agent(name, it, &mut frame, set).map(|work| Work::Agent(Box::new(work)))
                };
                self.step(id, &it.frame.result, work, task).await
            }
            Target::Human(name) => {
                let it = self.program.humans.get(name).ok_or_else(|| missing("human", name))?;
                let mut frame = self.pure.enter(name, &it.frame, values)?;
                let id = self.id(key, StepKind::Human, name, it, &it.frame, &mut frame, &set)?;
                let work = || {
                    self.hold_fresh(&it.frame, &mut frame)?;
                    self.human(name, it, &mut frame, set).map(|work| Work::Human(Box::new(work)))
                };
                self.step(id, &it.frame.result, work, task).await
            }
        }
    }

    pub(super) async fn effect(
        &self,
        key: &Name,
        effect: &Name,
        args: &'p [Option<Node>],
        result: &'p Type,
        task: &mut Task<'p>,
    ) -> Out {
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(match arg {
                // What is put into a script is quoted for the shell, as in a command.
                Some(Node { op: Op::Template(parts), .. })
                    if effect == "sh" && parts.iter().all(|part| !self.has_effect(part)) =>
                {
                    Value::string(self.script(parts, &mut task.frame)?)
                }
                Some(arg) => self.eval(arg, task).await?,
                None => Value::None,
            });
        }
        let kind = if effect == "sh" { StepKind::Command } else { StepKind::Builtin };
        let hash = self.identities.of_effect(effect, &values);
        let work = work_of(effect, &values);
        let id = StepId { key: task.path.join(key), hash, kind, what: effect.clone(), args: values };
        self.step(id, result, || work, task).await
    }

    pub(super) async fn emit(&self, key: &str, value: Value, task: &mut Task<'p>) -> Out {
        let value = match &task.flow.flow.emits {
            Some(ty) => check(self.pure, value, ty).map_err(|error| {
                Stop::fail(Failure::new(kind::CONTRACT, format!("an event of `{}`: {error}", task.flow.name)))
            })?,
            None => value,
        };
        let hash = self.identities.of_event(&value);
        let id = StepId {
            key: task.path.join(key),
            hash,
            kind: StepKind::Builtin,
            what: Name::new_static("emit"),
            args: Vec::new(),
        };
        self.step(id, &NOTHING, || Ok(Work::Emit(value)), task).await
    }

    /// Takes a step's recorded outcome, or has the engine carry it out.
    async fn step(
        &self,
        id: StepId,
        result: &Type,
        work: impl FnOnce() -> Result<Work, Box<Stop>>,
        task: &mut Task<'p>,
    ) -> Out {
        if is_a_question(&id) {
            task.last = vec![id.key.clone()];
        }
        if let Some(trace) = &task.trace {
            trace.borrow_mut().push(id.key.clone());
        }
        if let Some(out) = self.engine.recorded(&id, result) {
            return out.map_err(|stop| of_step(stop, &id.key));
        }
        if task.cancel.is_cancelled() {
            return Err(Box::new(Stop::Cancelled));
        }
        let turn = id.kind == StepKind::Agent;
        let budget = task.flow.budget.clone();
        self.afford(budget.as_ref(), turn)?;
        let work = work()?;
        if turn {
            Budgeted::all(budget.as_ref()).for_each(|it| it.count(1));
        }
        let out = self.in_time(&id, work, result, budget.as_ref(), task).await;
        let out = out.map_err(|stop| of_step(stop, &id.key));
        if turn {
            Budgeted::all(budget.as_ref()).for_each(|it| it.count(-1));
        }
        out
    }

    /// Carries a step out, and ends it when the time of a flow around it is over.
    async fn in_time(
        &self,
        id: &StepId,
        work: Work,
        result: &Type,
        budget: Option<&Rc<Budgeted>>,
        task: &Task<'p>,
    ) -> Out {
        let first = Budgeted::all(budget).filter(|it| it.deadline().is_some()).min_by_key(|it| it.deadline());
        let Some((over, deadline)) = first.and_then(|it| Some((it, it.deadline()?))) else {
            return self.engine.perform(id, work, result, &task.cancel).await;
        };
        let cancel = task.cancel.child_token();
        let mut running = self.engine.perform(id, work, result, &cancel);
        let out = tokio::select! {
            biased;
            out = &mut running => return out,
            () = self.engine.until(deadline) => {
                cancel.cancel();
                running.await
            }
        };
        match out {
            Err(stop) if matches!(*stop, Stop::Cancelled) && !task.cancel.is_cancelled() => {
                Err(Stop::fail(over.out_of_time().of_step(id.key.as_str())))
            }
            out => out,
        }
    }

    /// Holds the files handed to `@fresh` parameters to the content that they had when they were handed over.
    fn hold_fresh(&self, signature: &flow_ir::Frame, frame: &mut Frame) -> Result<(), Box<Stop>> {
        for param in signature.params.iter().filter(|param| param.fresh) {
            let mut files = BTreeMap::new();
            encode::files(&frame.get(param.slot)?, &mut files);
            for (path, sha256) in files {
                let now = self.engine.content(&path);
                if now.as_deref() != Some(&sha256) {
                    let what = if now.is_some() { "has changed" } else { "is gone" };
                    let message =
                        format!("`{path}`, handed over as `{}`, {what} since it was made", param.name);
                    return Err(Stop::fail(Failure::new(kind::STALE_FILE, message)));
                }
            }
        }
        Ok(())
    }

    fn has_effect(&self, part: &Part) -> bool {
        matches!(part, Part::Value(node) if self.effectful.contains(node))
    }

    /// A setting: the call's, or else the declaration's.
    fn setting(&self, node: Option<&Node>, option: Option<&Value>, frame: &mut Frame) -> Out {
        match (option, node) {
            (Some(value), _) => Ok(value.clone()),
            (None, Some(node)) => self.pure.eval(node, frame),
            (None, None) => Ok(Value::None),
        }
    }

    fn command(&self, it: &Command, frame: &mut Frame, set: &Options) -> Result<CommandWork, Box<Stop>> {
        let program = match &it.run {
            Run::Argv(node) => {
                let mut argv = Vec::new();
                words(&self.pure.eval(node, frame)?, &mut argv);
                Executable::Argv(argv)
            }
            Run::Shell(parts) => Executable::Shell(self.script(parts, frame)?),
        };
        let output = match &it.output {
            flow_ir::Output::Text => Output::Text,
            flow_ir::Output::Lines => Output::Lines,
            flow_ir::Output::Json => Output::Json,
            flow_ir::Output::None => Output::None,
            flow_ir::Output::Exec => Output::Exec,
            flow_ir::Output::File(path) => Output::File(render::text(&self.pure.eval(path, frame)?)),
        };
        let ok = match set.get("ok") {
            Some(Value::List(codes)) => codes.iter().filter_map(int).collect(),
            _ => it.ok.clone(),
        };
        let text = |value: Value| if value.is_none() { None } else { Some(render::text(&value)) };
        Ok(CommandWork {
            program,
            output,
            ok,
            stdin: text(self.setting(it.stdin.as_ref(), set.get("stdin"), frame)?),
            cwd: text(self.setting(it.cwd.as_ref(), set.get("cwd"), frame)?),
            env: environment(&self.setting(it.env.as_ref(), set.get("env"), frame)?),
            timeout: duration(&self.setting(it.timeout.as_ref(), set.get("timeout"), frame)?),
            attempts: attempts(&self.setting(it.retry.as_ref(), set.get("retry"), frame)?)?,
        })
    }

    /// A script whose values are quoted for the shell, a list as one word each.
    fn script(&self, parts: &[Part], frame: &mut Frame) -> Result<String, Box<Stop>> {
        let mut script = String::new();
        for part in parts {
            match part {
                Part::Text(text) => script.push_str(text),
                Part::Value(node) => {
                    let mut found = Vec::new();
                    words(&self.pure.eval(node, frame)?, &mut found);
                    let quoted: Vec<_> = found.iter().map(|word| shell_quote(word)).collect();
                    script.push_str(&quoted.join(" "));
                }
            }
        }
        ops::text_fits(script.len())?;
        Ok(script)
    }

    fn agent(
        &self,
        name: &Name,
        it: &Agent,
        frame: &mut Frame,
        mut set: Options,
    ) -> Result<AgentWork, Box<Stop>> {
        let provider = match set.remove("provider") {
            Some(value) => Some(Name::from(render::text(&value))),
            None => it.provider.clone(),
        };
        let prompt = self.pure.template(&it.prompt, frame)?;
        let mut settings = set;
        for (name, node) in &it.settings {
            if !settings.contains_key(name) {
                settings.insert(name.clone(), self.pure.eval(node, frame)?);
            }
        }
        Ok(AgentWork {
            agent: name.clone(),
            prompt,
            provider,
            timeout: settings.remove("timeout").as_ref().and_then(duration),
            attempts: settings.remove("retry").as_ref().map_or(Ok(1), attempts)?,
            settings,
            schemas: it.schemas.clone(),
            doc: it.frame.doc.clone(),
        })
    }

    fn human(
        &self,
        name: &Name,
        it: &Human,
        frame: &mut Frame,
        mut settings: Options,
    ) -> Result<HumanWork, Box<Stop>> {
        let ask = self.pure.template(&it.ask, frame)?;
        for (name, node) in &it.settings {
            if !settings.contains_key(name) {
                settings.insert(name.clone(), self.pure.eval(node, frame)?);
            }
        }
        let timeout = match settings.remove("timeout") {
            Some(Value::Duration(ms)) => Some(ms),
            _ => None,
        };
        Ok(HumanWork { question: name.clone(), ask, settings, schema: it.schema.clone(), timeout })
    }
}

/// A failure of a step knows which step it was.
fn of_step(mut stop: Box<Stop>, key: &StepKey) -> Box<Stop> {
    if let Stop::Fail(fault) = &mut *stop {
        fault.trail.push(key.clone());
        if fault.failure.step.is_empty() {
            Rc::make_mut(&mut fault.failure).step = key.to_string();
        }
    }
    stop
}

/// Whether the outside answers, so that asking again may bring another answer.
fn is_a_question(id: &StepId) -> bool {
    let asks = ["read", "read_json", "glob", "exists", "env", "wait_for", "signal"];
    id.kind != StepKind::Builtin || asks.contains(&id.what.as_str())
}

/// The words that a value is on a command line: a list is one word each.
fn words(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::List(items) => items.iter().for_each(|item| words(item, found)),
        Value::None => {}
        other => found.push(render::text(other)),
    }
}

fn environment(value: &Value) -> BTreeMap<String, String> {
    match value {
        Value::Map(entries) => {
            entries.iter().map(|(name, value)| (render::text(name), render::text(value))).collect()
        }
        _ => BTreeMap::new(),
    }
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn duration(value: &Value) -> Option<Duration> {
    match value {
        Value::Duration(ms) => Some(Duration::from_millis(u64::try_from(*ms).unwrap_or(0))),
        _ => None,
    }
}

/// How many attempts there are where `retry` has that value.
pub(super) fn attempts(retry: &Value) -> Result<u32, Box<Stop>> {
    match int(retry).unwrap_or(0) {
        more @ 0.. => Ok(u32::try_from(more).unwrap_or(u32::MAX).saturating_add(1)),
        less => {
            let text = format!("`retry` counts the attempts after the first, so it cannot be {less}");
            Err(Stop::fail(Failure::new(kind::BAD_ARGUMENT, text)))
        }
    }
}

/// The work of a built-in effect.
fn work_of(effect: &str, args: &[Value]) -> Result<Work, Box<Stop>> {
    let wrong = || Stop::invalid(format!("`{effect}` is called with other arguments than it has"));
    let text = |index: usize| match args.get(index) {
        Some(Value::String(text) | Value::Dir(text)) => Ok(Rc::clone(text)),
        Some(Value::File(file)) => Ok(Rc::clone(&file.path)),
        _ => Err(wrong()),
    };
    let file = || match args.first() {
        Some(Value::File(file)) => Ok(Rc::clone(file)),
        _ => Err(wrong()),
    };
    Ok(match effect {
        "sleep" => match args.first() {
            Some(Value::Duration(ms)) => Work::Sleep(*ms),
            _ => return Err(wrong()),
        },
        "now" => Work::Now,
        "random" => Work::Random,
        "env" => Work::Env(text(0)?),
        "read" => Work::Read(file()?),
        "read_json" => Work::ReadJson(file()?),
        "write" => Work::Write { path: text(0)?, text: text(1)? },
        "glob" => Work::Glob(text(0)?),
        "exists" => Work::Exists(text(0)?),
        "wait_for" => {
            let timeout = match args.get(1) {
                Some(Value::Duration(ms)) => Some(*ms),
                _ => None,
            };
            Work::WaitFor { pattern: text(0)?, timeout }
        }
        "sh" => Work::Command(Box::new(CommandWork {
            program: Executable::Shell(text(0)?.to_string()),
            output: Output::Exec,
            ok: Vec::new(),
            stdin: None,
            cwd: None,
            env: BTreeMap::new(),
            timeout: None,
            attempts: 1,
        })),
        "log" => Work::Log(text(0)?),
        "metric" => match args.get(1) {
            Some(Value::Float(value)) => Work::Metric { name: text(0)?, value: *value },
            Some(Value::Int(value)) => Work::Metric { name: text(0)?, value: *value as f64 },
            _ => return Err(wrong()),
        },
        "signal" => Work::Signal(text(0)?),
        _ => return Err(Stop::invalid(format!("there is no effect `{effect}`"))),
    })
}
