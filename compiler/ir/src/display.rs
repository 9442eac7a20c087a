//! Types as the language writes them, for messages.

use crate::{FileType, Type};
use std::fmt::{Display, Formatter, Result};

impl Display for Type {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("float"),
            Self::String => f.write_str("string"),
            Self::Duration => f.write_str("duration"),
            Self::Time => f.write_str("time"),
            Self::Money => f.write_str("money"),
            Self::Json => f.write_str("json"),
            Self::None => f.write_str("none"),
            Self::Never => f.write_str("never"),
            Self::Dir => f.write_str("dir"),
            Self::File(file) => path(f, "file", file),
            Self::Output(file) => path(f, "output", file),
            Self::List(element) => write!(f, "[{element}]"),
            Self::Map(key, value) => write!(f, "{{{key}: {value}}}"),
            Self::Option(value) => write!(f, "{value}?"),
            Self::Named(name) => f.write_str(name),
            Self::Record(fields) => {
                f.write_str("{")?;
                for (index, (name, ty)) in fields.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma} {name}: {ty}")?;
                }
                f.write_str(" }")
            }
            Self::Failure => f.write_str("Failure"),
            Self::Exec => f.write_str("Exec"),
            Self::Process(result, event) => write!(f, "Process<{result}, {event}>"),
            Self::Session(agent) => write!(f, "Session<{agent}>"),
            Self::Event(result, event) => write!(f, "Event<{result}, {event}>"),
        }
    }
}

fn path(f: &mut Formatter<'_>, word: &str, file: &FileType) -> Result {
    match &file.glob {
        Some(glob) => write!(f, "{word}({glob:?})"),
        None => f.write_str(word),
    }
}

#[cfg(test)]
mod tests {
    use crate::{FileType, Type};

    #[test]
    fn a_type_reads_as_in_the_language() {
        let ty = Type::Map(
            Type::String.into(),
            Type::List(Type::Option(Type::Output(FileType { glob: Some("a/*.md".into()) }).into()).into())
                .into(),
        );
        assert_eq!(ty.to_string(), r#"{string: [output("a/*.md")?]}"#);
        let record = Type::Record([("a".into(), Type::Int), ("b".into(), Type::Json)].into());
        assert_eq!(record.to_string(), "{ a: int, b: json }");
    }
}
