//! Types as their users write them.

use super::ty::Ty;
use std::fmt::{Display, Formatter, Result};

/// Nobody reads more of a type than so many levels; what lies deeper is `…`.
const DEEPEST: usize = 6;

impl Display for Ty {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        Shown(self, DEEPEST).fmt(f)
    }
}

/// A type, and how many levels of it are shown.
struct Shown<'t>(&'t Ty, usize);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Some(left) = self.1.checked_sub(1) else { return f.write_str("…") };
        let inner = |ty| Shown(ty, left);
        match self.0 {
            // Never meet a reader in a message of their own: what they belong to is reported elsewhere.
            Ty::Error | Ty::Infer(_) => f.write_str("_"),
            Ty::Never => f.write_str("never"),
            Ty::None => f.write_str("none"),
            Ty::Bool => f.write_str("bool"),
            Ty::Int => f.write_str("int"),
            Ty::Float => f.write_str("float"),
            Ty::String => f.write_str("string"),
            Ty::Duration => f.write_str("duration"),
            Ty::Time => f.write_str("time"),
            Ty::Money => f.write_str("money"),
            Ty::Json => f.write_str("json"),
            Ty::Dir => f.write_str("dir"),
            Ty::File(None) => f.write_str("file"),
            Ty::File(Some(glob)) => write!(f, "file({glob:?})"),
            Ty::Output(None) => f.write_str("output"),
            Ty::Output(Some(glob)) => write!(f, "output({glob:?})"),
            Ty::List(element) => write!(f, "[{}]", inner(element)),
            Ty::Map(key, value) => write!(f, "{{{}: {}}}", inner(key), inner(value)),
            Ty::Option(value) => write!(f, "{}?", Shown(value, self.1)),
            Ty::Named(key, args) => {
                f.write_str(&key.name)?;
                arguments(f, args, left)
            }
            Ty::Record(fields) => {
                f.write_str("{")?;
                for (index, (name, ty)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {}", if index == 0 { "" } else { ", " }, inner(ty))?;
                }
                f.write_str("}")
            }
            Ty::Param(name) => f.write_str(name),
            Ty::Failure => f.write_str("Failure"),
            Ty::Exec => f.write_str("Exec"),
            // What it is of is still to be found.
            Ty::Process(result, event) if matches!((&**result, &**event), (Ty::Infer(_), Ty::Infer(_))) => {
                f.write_str("Process<…>")
            }
            Ty::Process(result, event) => write!(f, "Process<{}, {}>", inner(result), inner(event)),
            Ty::ProcessOf(key, args) => {
                write!(f, "Process<{}", key.name)?;
                arguments(f, args, left)?;
                f.write_str(">")
            }
            Ty::Session(agent) => write!(f, "Session<{}>", agent.name),
            Ty::Event(result, event) => write!(f, "Event<{}, {}>", inner(result), inner(event)),
            Ty::Secret => f.write_str("secret"),
        }
    }
}

/// `<A, B>`, or nothing when there are none.
fn arguments(f: &mut Formatter<'_>, args: &[Ty], left: usize) -> Result {
    for (index, arg) in args.iter().enumerate() {
        write!(f, "{}{}", if index == 0 { "<" } else { ", " }, Shown(arg, left))?;
    }
    if args.is_empty() { Ok(()) } else { f.write_str(">") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn types_read_as_they_are_written() {
        let list = Ty::List(Arc::new(Ty::Option(Arc::new(Ty::Int))));
        let map = Ty::Map(Arc::new(Ty::String), Arc::new(Ty::File(Some("src/**/*.rs".into()))));
        assert_eq!(list.to_string(), "[int?]");
        assert_eq!(map.to_string(), r#"{string: file("src/**/*.rs")}"#);
        let record = Ty::Record(Arc::new([("a".into(), list), ("b".into(), Ty::Money)]));
        assert_eq!(record.to_string(), "{a: [int?], b: money}");
    }

    #[test]
    fn of_a_type_that_nobody_would_read_only_the_beginning_is_shown() {
        let deep = (0..100_000).fold(Ty::Int, |ty, _| Ty::List(Arc::new(ty)));
        assert_eq!(deep.to_string(), "[[[[[[…]]]]]]");
        std::mem::forget(deep);
    }
}
