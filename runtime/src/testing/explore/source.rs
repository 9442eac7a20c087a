//! Values and scripts as the language writes them: a test that goes the same way.

use std::collections::BTreeMap;

use flow_ir::{Double, Field, Name, Program, TypeBody};

use super::ends::{Outcome, Route};
use super::script::{Answer, Asked, Given, NO_ANSWER};
use super::values::CONTENT;
use crate::testing::show::quoted;
use crate::value::failure::kind;
use crate::value::{Value, calendar, money};

/// A name without its module and type arguments.
pub(super) fn short(name: &str) -> &str {
    let base = name.split('<').next().unwrap_or(name);
    &base[base.rfind('.').map_or(0, |dot| dot + 1)..]
}

/// The answers of a route in words: who, and what.
pub(super) fn answers(given: &[Given]) -> Vec<(String, String)> {
    let answer = |given: &Given| {
        let who = match &given.asked {
            Asked::Input(name) => name.to_string(),
            Asked::Call(of) => short(of.name()).to_owned(),
        };
        let what = match &given.answer {
            Answer::Value(value) => super::super::show::brief(value, 100),
            Answer::Late(value, after) => {
                format!(
                    "{}, after {}",
                    super::super::show::brief(value, 100),
                    calendar::duration_literal(*after)
                )
            }
            Answer::Fails => "fails".to_owned(),
            Answer::Default => return None,
        };
        Some((who, what))
    };
    given.iter().filter_map(answer).collect()
}

/// A test that goes the way of a route, if the language can write its values.
pub(super) fn test(program: &Program, name: &str, route: &Route) -> Option<String> {
    let writer = Writer { program };
    let mut stubs: Vec<(&Double, Vec<String>)> = Vec::new();
    let mut inputs: Vec<String> = Vec::new();
    for given in &route.given {
        let text = match &given.answer {
            Answer::Value(value) => writer.literal(value)?,
            Answer::Late(value, after) => {
                format!("after({}, {})", calendar::duration_literal(*after), writer.literal(value)?)
            }
            Answer::Fails => format!("fail {}", text(NO_ANSWER)),
            Answer::Default => continue,
        };
        match &given.asked {
            Asked::Input(name) => inputs.push(format!("{name}: {text}")),
            Asked::Call(of) => match stubs.iter_mut().find(|(known, _)| *known == of) {
                Some((_, answers)) => answers.push(text),
                None => stubs.push((of, vec![text])),
            },
        }
    }
    let call = format!("{}({})", short(&program.flow), inputs.join(", "));
    let mut out = format!("test {} {{\n", text(name));
    for (of, answers) in stubs {
        out.push_str(&writer.stub(of, &answers));
    }
    let expected = |kind: &str, message: &str| {
        let (kind, message) = (text(kind), text(message));
        format!(
            "  let why = failure({call})\n  expect why.kind == {kind}\n  expect why.message == {message}\n"
        )
    };
    out.push_str(&match &route.outcome {
        Outcome::Succeeded(value) => match writer.literal(value).filter(|_| !has_file(value)) {
            Some(value) if value != "none" => format!("  expect {call} == {value}\n"),
            _ => format!("  {call}\n"),
        },
        Outcome::Failed(failure) => expected(&failure.kind, &failure.message),
        Outcome::Blocked(reason) => expected(kind::BLOCKED, reason),
        Outcome::Stuck => format!("  // It waits for what never happens, so this test fails.\n  {call}\n"),
        Outcome::Cut(_) => return None,
    });
    out.push_str("}\n");
    Some(out)
}

fn has_file(value: &Value) -> bool {
    let mut files = BTreeMap::new();
    crate::boundary::encode::files(value, &mut files);
    !files.is_empty()
}

/// Writes for a program.
struct Writer<'p> {
    program: &'p Program,
}

impl Writer<'_> {
    /// A stub with these answers: in order, or for all calls where they are many and the same.
    fn stub(&self, of: &Double, answers: &[String]) -> String {
        let name = short(of.name());
        if let [first, second, .., last] = answers
            && answers.iter().all(|answer| answer == first)
            && second == last
        {
            let params = vec!["_"; self.params(of)].join(", ");
            return format!("  stub {name} = |{params}| {first}\n");
        }
        format!("  stub {name} = [{}]\n", answers.join(", "))
    }

    fn params(&self, of: &Double) -> usize {
        let frame = match of {
            Double::Agent(name) => self.program.agents.get(name).map(|it| &it.frame),
            Double::Command(name) => self.program.commands.get(name).map(|it| &it.frame),
            Double::Human(name) => self.program.humans.get(name).map(|it| &it.frame),
            Double::Effect(_) => return 1,
        };
        frame.map_or(0, |frame| frame.params.len())
    }

    /// A value as a test writes it: files are made there. `None` for what has no literal.
    fn literal(&self, value: &Value) -> Option<String> {
        let all = |items: &mut dyn Iterator<Item = Option<String>>| -> Option<String> {
            Some(items.collect::<Option<Vec<_>>>()?.join(", "))
        };
        Some(match value {
            Value::None => "none".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => format!("{value:?}"),
            Value::String(value) => text(value),
            Value::Duration(ms) => calendar::duration_literal(*ms),
            Value::Money(micros) => money::dollars(*micros),
            Value::File(file) => format!("file({}, {})", text(&file.path), text(CONTENT)),
            Value::List(items) => format!("[{}]", all(&mut items.iter().map(|item| self.literal(item)))?),
            Value::Map(entries) if entries.is_empty() => "[:]".to_owned(),
            Value::Map(entries) => {
                let entry = |(key, value): (&Value, &Value)| {
                    Some(format!("{}: {}", self.literal(key)?, self.literal(value)?))
                };
                format!("[{}]", all(&mut entries.iter().map(entry))?)
            }
            Value::Record(record) => match &record.ty {
                Some(ty) => {
                    let declared = match self.program.types.get(ty).map(|def| &def.body) {
                        Some(TypeBody::Record(fields)) => fields.as_slice(),
                        _ => &[],
                    };
                    format!("{}({})", short(ty), self.fields(&record.fields, declared)?)
                }
                None => format!("{{ {} }}", self.fields(&record.fields, &[])?),
            },
            Value::Variant(variant) if variant.fields.is_empty() => variant.name.to_string(),
            Value::Variant(variant) => {
                let declared = match self.program.types.get(&variant.ty).map(|def| &def.body) {
                    Some(TypeBody::Union(variants)) => {
                        variants.iter().find(|it| it.name == variant.name).map(|it| it.fields.as_slice())
                    }
                    _ => None,
                };
                let fields = self.fields(&variant.fields, declared.unwrap_or_default())?;
                format!("{}({fields})", variant.name)
            }
            Value::Exec(exec) => {
                let mut parts = vec![format!("exit: {}", exec.exit)];
                for (name, value) in [("stdout", &exec.stdout), ("stderr", &exec.stderr)] {
                    if !value.is_empty() {
                        parts.push(format!("{name}: {}", text(value)));
                    }
                }
                format!("Exec({})", parts.join(", "))
            }
            Value::Time(_) | Value::Dir(_) | Value::Json(_) | Value::Secret(_) | Value::Failure(_) => {
                return None;
            }
        })
    }

    /// Fields in the order of their declaration, where there is one.
    fn fields(&self, fields: &BTreeMap<Name, Value>, declared: &[Field]) -> Option<String> {
        let place = |name: &Name| declared.iter().position(|field| field.name == *name);
        let mut all: Vec<_> = fields.iter().collect();
        all.sort_by_key(|(name, _)| place(name));
        let written = all.into_iter().map(|(name, value)| Some(format!("{name}: {}", self.literal(value)?)));
        Some(written.collect::<Option<Vec<_>>>()?.join(", "))
    }
}

/// A text in quotes.
fn text(text: &str) -> String {
    let mut out = String::new();
    quoted(&mut out, text);
    // `${` begins a hole.
    out.replace('$', "\\$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_back_as_it_was() {
        assert_eq!(text("a \"b\" ${c}\n\\"), r#""a \"b\" \${c}\n\\""#);
    }

    #[test]
    fn values_are_written_as_a_test_needs_them() {
        let program = flow_ir::build::program("main");
        let writer = Writer { program: &program };
        let list = Value::list(vec![Value::Int(1), Value::None, Value::Money(500_000)]);
        assert_eq!(writer.literal(&list).as_deref(), Some("[1, none, $0.50]"));
        assert_eq!(writer.literal(&Value::Time(0)), None);
        assert_eq!(short("review.Box<int>"), "Box");
    }
}
