//! The signatures of the built-ins as data. Type variables (`T`, `U`, `K`, `V`) are [`Type::Named`].

use crate::Type;

/// A signature, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The parameters; `None` for a property.
    pub params: Option<Vec<SignatureParam>>,
    /// The type of the result, or of the property.
    pub result: Type,
}

/// A parameter of a built-in.
#[derive(Clone, Debug, PartialEq)]
pub struct SignatureParam {
    /// Its name.
    pub name: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
    /// The parameters of the closure that it takes; `None` for a plain value.
    pub closure: Option<Vec<Type>>,
    /// Its type; of a closure, what the closure yields.
    pub ty: Type,
}

impl Signature {
    /// Reads a signature of the tables. `None` when it is none, which a test rules out for every built-in.
    pub fn parse(text: &'static str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let params = if reader.take("(") { Some(reader.list(")", Reader::param)?) } else { None };
        if params.is_some() && !reader.take("->") {
            return None;
        }
        let result = reader.ty()?;
        reader.rest.is_empty().then_some(Self { params, result })
    }
}

/// Reads a type as the tables write it: the receiver of a method.
pub(crate) fn parse_type(text: &'static str) -> Option<Type> {
    let mut reader = Reader { rest: text };
    let ty = reader.ty()?;
    reader.rest.is_empty().then_some(ty)
}

/// What is left to read.
struct Reader {
    rest: &'static str,
}

impl Reader {
    fn take(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> Option<&'static str> {
        let text = self.rest.trim_start();
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.rest = rest.trim_start();
        (!word.is_empty()).then_some(word)
    }

    /// Items with commas between them, up to `end`.
    fn list<T>(&mut self, end: &str, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        while !self.take(end) {
            if !items.is_empty() && !self.take(",") {
                return None;
            }
            items.push(item(self)?);
        }
        Some(items)
    }

    fn param(&mut self) -> Option<SignatureParam> {
        let name = self.word()?;
        let optional = self.take("?");
        if !self.take(":") {
            return None;
        }
        let closure = if self.take("|") { Some(self.list("|", Self::ty)?) } else { None };
        if closure.is_some() && !self.take("->") {
            return None;
        }
        Some(SignatureParam { name, optional, closure, ty: self.ty()? })
    }

    fn ty(&mut self) -> Option<Type> {
        let mut ty = if self.take("[") {
            let element = self.ty()?;
            if !self.take("]") {
                return None;
            }
            Type::List(element.into())
        } else if self.take("{") {
            self.braces()?
        } else {
            match self.word()? {
                "Process" => self.process()?,
                word => named(word),
            }
        };
        while self.take("?") {
            ty = Type::Option(ty.into());
        }
        Some(ty)
    }

    /// What stands behind `Process`: `<T, E>`.
    fn process(&mut self) -> Option<Type> {
        let mut parts = if self.take("<") { self.list(">", Self::ty)? } else { return None };
        match (parts.pop(), parts.pop(), parts.pop()) {
            (Some(event), Some(result), None) => Some(Type::Process(result.into(), event.into())),
            _ => None,
        }
    }

    /// A map, `{K: V}`, or a record, whose fields have names in small letters that are no types: `{index: int, value: T}`.
    fn braces(&mut self) -> Option<Type> {
        let start = self.rest;
        let word = self.word()?;
        if self.rest.starts_with(':')
            && matches!(named(word), Type::Named(_))
            && word.starts_with(char::is_lowercase)
        {
            self.rest = start;
            let field = |reader: &mut Self| {
                let name = reader.word()?;
                if reader.take(":") { Some((name.into(), reader.ty()?)) } else { None }
            };
            return Some(Type::Record(self.list("}", field)?.into_iter().collect()));
        }
        self.rest = start;
        let key = self.ty()?;
        let value = if self.take(":") { self.ty()? } else { return None };
        if self.take("}") { Some(Type::Map(key.into(), value.into())) } else { None }
    }
}

fn named(word: &'static str) -> Type {
    match word {
        "bool" => Type::Bool,
        "int" => Type::Int,
        "float" => Type::Float,
        "string" => Type::String,
        "duration" => Type::Duration,
        "time" => Type::Time,
        "money" => Type::Money,
        "json" => Type::Json,
        "none" => Type::None,
        "file" => Type::File(crate::FileType::default()),
        "dir" => Type::Dir,
        "Failure" => Type::Failure,
        "Exec" => Type::Exec,
        variable => Type::Named(variable.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Signature, parse_type};
    use crate::Type;
    use crate::builtins::{EFFECTS, METHODS, PROCESS_EFFECTS};

    #[test]
    fn every_signature_of_the_tables_is_read_and_says_the_same_again() {
        let texts = METHODS
            .iter()
            .map(|method| method.signature)
            .chain(EFFECTS.iter().chain(PROCESS_EFFECTS).map(|effect| effect.signature));
        for text in texts {
            let signature = Signature::parse(text);
            let again = signature.map(|signature| write(&signature));
            assert_eq!(again.as_deref(), Some(text));
        }
        for method in METHODS {
            assert_eq!(parse_type(method.receiver).map(|ty| spell(&ty)).as_deref(), Some(method.receiver));
        }
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        for text in [
            "",
            "(",
            "(a: int",
            "(a: int)",
            "(a) -> int",
            "() -> [int",
            "() -> int int",
            "(f: |T|) -> int",
            "Process<T>",
        ] {
            assert_eq!(Signature::parse(text), None, "{text}");
        }
    }

    fn write(signature: &Signature) -> String {
        let result = spell(&signature.result);
        let Some(params) = &signature.params else { return result };
        let params: Vec<String> = params
            .iter()
            .map(|param| {
                let optional = if param.optional { "?" } else { "" };
                let closure = param.closure.as_ref().map_or(String::new(), |types| {
                    format!("|{}| -> ", types.iter().map(spell).collect::<Vec<_>>().join(", "))
                });
                format!("{}{optional}: {closure}{}", param.name, spell(&param.ty))
            })
            .collect();
        format!("({}) -> {result}", params.join(", "))
    }

    /// As the tables write it: no space inside braces.
    fn spell(ty: &Type) -> String {
        ty.to_string().replace("{ ", "{").replace(" }", "}")
    }
}
