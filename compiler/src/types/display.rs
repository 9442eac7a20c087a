//! Types as their users write them.

use super::ty::Ty;
use std::fmt::{Display, Formatter, Result};

impl Display for Ty {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            // Never meet a reader in a message of their own: what they belong to is reported elsewhere.
            Self::Error | Self::Infer(_) => f.write_str("_"),
            Self::Never => f.write_str("never"),
            Self::None => f.write_str("none"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("float"),
            Self::String => f.write_str("string"),
            Self::Duration => f.write_str("duration"),
            Self::Time => f.write_str("time"),
            Self::Money => f.write_str("money"),
            Self::Json => f.write_str("json"),
            Self::Dir => f.write_str("dir"),
            Self::File(None) => f.write_str("file"),
            Self::File(Some(glob)) => write!(f, "file({glob:?})"),
            Self::Output(None) => f.write_str("output"),
            Self::Output(Some(glob)) => write!(f, "output({glob:?})"),
            Self::List(element) => write!(f, "[{element}]"),
            Self::Map(key, value) => write!(f, "{{{key}: {value}}}"),
            Self::Option(inner) => write!(f, "{inner}?"),
            Self::Named(key, args) => {
                f.write_str(&key.name)?;
                arguments(f, args)
            }
            Self::Record(fields) => {
                f.write_str("{")?;
                for (index, (name, ty)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {ty}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Self::Param(name) => f.write_str(name),
            Self::Failure => f.write_str("Failure"),
            Self::Exec => f.write_str("Exec"),
            // What it is of is still to be found.
            Self::Process(result, event)
                if matches!((&**result, &**event), (Self::Infer(_), Self::Infer(_))) =>
            {
                f.write_str("Process<…>")
            }
            Self::Process(result, event) => write!(f, "Process<{result}, {event}>"),
            Self::ProcessOf(key, args) => {
                write!(f, "Process<{}", key.name)?;
                arguments(f, args)?;
                f.write_str(">")
            }
            Self::Session(agent) => write!(f, "Session<{}>", agent.name),
            Self::Event(result, event) => write!(f, "Event<{result}, {event}>"),
            Self::Secret => f.write_str("secret"),
        }
    }
}

/// `<A, B>`, or nothing when there are none.
fn arguments(f: &mut Formatter<'_>, args: &[Ty]) -> Result {
    for (index, arg) in args.iter().enumerate() {
        write!(f, "{}{arg}", if index == 0 { "<" } else { ", " })?;
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
}
