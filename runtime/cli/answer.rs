//! `flow answer`, `flow send`

use std::collections::BTreeMap;
use std::rc::Rc;

use flow_ir::{Node, Op, Program, Type, walk};
use flow_runtime::boundary::outline::outline;
use flow_runtime::boundary::{Decoder, Extra, encode, spelled};
use flow_runtime::interp::pure::{Pure, STACK};
use flow_runtime::journal::{Wait, system_clock};
use flow_runtime::store::{Dropped, Message, Purpose};
use serde_json::value::RawValue;

use crate::drive::println;
use crate::exit::{Exit, Failed};
use crate::look::Look;
use crate::place::{Project, Where};

/// Answer a question that a run asks
///
/// The answer is checked against the type that the program declares, then kept until the run takes it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  flow answer SHP-2 '{\"ok\": true}'           the only open question
  flow answer SHP-2 sign_off '{\"ok\": true}'  one of several")]
pub(crate) struct AnswerArgs {
    /// The run, such as `POM-3`
    run: String,
    /// The question and the value, or the value alone if there is one question
    #[arg(required = true, num_args = 1..=2, value_name = "[QUESTION] VALUE")]
    answer: Vec<String>,
    #[command(flatten)]
    place: Where,
}

/// Send a signal to a run: what `signal("name")` waits for
#[derive(Debug, clap::Args)]
pub(crate) struct SendArgs {
    /// The run, such as `POM-3`
    run: String,
    /// The name of the signal
    name: String,
    /// What it carries: JSON, or else text
    #[arg(default_value = "null")]
    value: String,
    #[command(flatten)]
    place: Where,
}

pub(crate) fn answer(args: &AnswerArgs) -> Result<Exit, Failed> {
    let look = Look::at(&Project::here()?.runs(&args.place)?, &args.run)?;
    let id = look.dir.id().clone();
    let (wanted, text) = match args.answer.as_slice() {
        [value] => (None, value),
        [question, value, ..] => (Some(question.as_str()), value),
        [] => return Err(Failed::usage("there is no answer")),
    };
    let open: Vec<_> = look
        .progress
        .waits
        .iter()
        .filter_map(|(key, wait)| match wait {
            Wait::Answer { question, .. } => Some((key.clone(), question.clone())),
            _ => None,
        })
        .filter(|(key, question)| wanted.is_none_or(|wanted| question == wanted || key.as_str() == wanted))
        .collect();
    let (key, question) = match open.as_slice() {
        [one] => one.clone(),
        [] => {
            let which = wanted.map(|wanted| format!(" called `{wanted}`")).unwrap_or_default();
            return Err(Failed::usage(format!(
                "run {id} asks no question{which}; it {}",
                look.status.sentence()
            )));
        }
        several => {
            let names: Vec<_> = several.iter().map(|(key, _)| format!("\n  {key}")).collect();
            return Err(Failed::usage(format!(
                "run {id} asks several questions; say which:{}",
                names.concat()
            )));
        }
    };
    let program = look.program()?;
    let Some(human) = program.humans.get(&question) else {
        return Err(Failed::usage(format!("the program of {id} has no question `{question}`")));
    };
    let ty = human.frame.result.clone();
    let wanted = outline(&program, &ty);
    let json = typed(program, ty, text.clone()).map_err(|why| {
        Failed::usage(format!("the answer is not what is asked for: {why}\n  it is written as {wanted}"))
    })?;
    let replaced = take_back(&look, &[key.as_str(), question.as_str()])?;
    look.dir.drop_message(&message(Purpose::Answer(key.as_str().into()), &json)?)?;
    println(&told(&look, &format!("the answer to `{question}`")));
    if replaced {
        println("it replaces the one that was given before");
    }
    Ok(Exit::Good)
}

pub(crate) fn send(args: &SendArgs) -> Result<Exit, Failed> {
    let look = Look::at(&Project::here()?.runs(&args.place)?, &args.run)?;
    let id = look.dir.id();
    if look.status.is_over() {
        return Err(Failed::usage(format!("run {id} {}; nobody waits for a signal", look.status.sentence())));
    }
    let program = look.program()?;
    let json = match signal_types(&program, &args.name).as_slice() {
        [ty] => {
            let (ty, wanted) = (ty.clone(), outline(&program, ty));
            typed(program, ty, args.value.clone()).map_err(|why| {
                Failed::usage(format!(
                    "the signal `{}` is not what is waited for: {why}\n  it is written as {wanted}",
                    args.name
                ))
            })?
        }
        _ => match serde_json::from_str::<serde_json::Value>(&args.value) {
            Ok(json) => json.to_string(),
            Err(_) => serde_json::Value::from(args.value.as_str()).to_string(),
        },
    };
    look.dir.drop_message(&message(Purpose::Signal(args.name.as_str().into()), &json)?)?;
    println(&told(&look, &format!("the signal `{}`", args.name)));
    let awaited: Vec<_> = look
        .progress
        .waits
        .values()
        .filter_map(|wait| match wait {
            Wait::Signal { name, .. } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    if !awaited.contains(&args.name.as_str()) {
        let others = match awaited.as_slice() {
            [] => String::new(),
            names => format!("; what is waited for is `{}`", names.join("`, `")),
        };
        println(&format!("nothing waits for `{}` yet{others}", args.name));
    }
    Ok(Exit::Good)
}

/// Removes the answers to a question that nobody has taken yet. True if there were any.
fn take_back(look: &Look, names: &[&str]) -> Result<bool, Failed> {
    let mut found = false;
    for dropped in look.dir.messages()? {
        if let Dropped::Message(Message { what: Purpose::Answer(name), .. }, file) = dropped
            && names.contains(&name.as_str())
        {
            look.dir.remove_message(&file)?;
            found = true;
        }
    }
    Ok(found)
}

fn told(look: &Look, what: &str) -> String {
    let id = look.dir.id();
    if look.is_held() {
        format!("{what} was given to {id}")
    } else {
        format!("{what} is kept for {id}; `flow resume {id}` takes it")
    }
}

/// The types that a program expects of a signal, each once. A signal whose name is computed is not found.
fn signal_types(program: &Program, name: &str) -> Vec<Type> {
    let mut found: Vec<Type> = Vec::new();
    let mut see = |node: &Node| {
        if let Op::Effect { effect, args, result, .. } = &node.op
            && effect == "signal"
            && let Some(Some(Node { op: Op::String(text), .. })) = args.first()
            && *text == *name
            && !found.contains(result)
        {
            found.push(result.clone());
        }
    };
    for flow in program.flows.values() {
        let stages = flow.stages.values().map(|stage| &stage.body);
        std::iter::once(&flow.body).chain(stages).for_each(|body| walk(body, &mut see));
    }
    found
}

/// The JSON form of a value that somebody gives, checked on a thread with enough stack for any refinement.
fn typed(program: Program, ty: Type, text: String) -> Result<String, String> {
    let work = move || {
        let pure = Pure::new(Rc::new(program));
        // Files are proven by the runner, in its workspace.
        let files = BTreeMap::new();
        let decoder = Decoder { pure: &pure, files: &files, extra: Extra::Refuse };
        let value = spelled::read(&decoder, text.trim(), &ty);
        value.map(|value| encode::json(&value).to_string()).map_err(|error| error.to_string())
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work);
    let thread = thread.map_err(|error| format!("no room for a thread: {error}"))?;
    match thread.join() {
        Ok(json) => json,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// A message from this user.
pub(crate) fn message(what: Purpose, json: &str) -> Result<Message, Failed> {
    let now = system_clock()();
    let id = format!("{}-{}", now.millis(), std::process::id());
    let by = std::env::var("USER").unwrap_or_else(|_| "operator".to_owned());
    let value = RawValue::from_string(json.to_owned()).map_err(Failed::usage)?;
    Ok(Message { id: id.into(), what, by: by.into(), time: now, value })
}
