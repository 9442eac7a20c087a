//! The JSON form of a type in a line, for a person who is to write one: `{"kind": "ship", "note": text}`.

use flow_ir::{Field, FileType, Program, Type, TypeBody, Variant};

/// How deep types are spelled out; below stands their name.
const DEPTH: usize = 3;

/// How many alternatives of a type are spelled out.
const ALTERNATIVES: usize = 8;

/// What to write for a value of a type, on the command line or at a prompt.
pub fn outline(program: &Program, ty: &Type) -> String {
    Outline { program }.top(ty)
}

struct Outline<'p> {
    program: &'p Program,
}

impl Outline<'_> {
    /// Outside of JSON, text stands without quotes.
    fn top(&self, ty: &Type) -> String {
        match self.enum_of(ty) {
            Some(variants) if variants.len() <= ALTERNATIVES => {
                let tags: Vec<_> = variants.iter().map(|variant| format!("`{}`", variant.tag)).collect();
                super::mismatch::one_of(&tags)
            }
            _ => match (ty, self.inside(ty, DEPTH)) {
                (Type::Bool, _) => "`true` or `false`".to_owned(),
                (_, json) if json.starts_with(['{', '[']) => format!("`{json}`"),
                (_, words) => words,
            },
        }
    }

    fn enum_of(&self, ty: &Type) -> Option<&[Variant]> {
        match ty {
            Type::Named(name) => match &self.program.types.get(name)?.body {
                TypeBody::Enum(variants) => Some(variants),
                TypeBody::Alias(of) => self.enum_of(of),
                TypeBody::Record(_) | TypeBody::Union(_) => None,
            },
            _ => None,
        }
    }

    fn inside(&self, ty: &Type, depth: usize) -> String {
        match ty {
            Type::Bool => "true | false".to_owned(),
            Type::Int => "a whole number".to_owned(),
            Type::Float => "a number".to_owned(),
            Type::String => "text".to_owned(),
            Type::Duration => "a duration such as 30m".to_owned(),
            Type::Time => "a time such as 2026-08-01T12:00:00Z".to_owned(),
            Type::Money => "an amount such as 2.50".to_owned(),
            Type::Json => "any JSON".to_owned(),
            Type::None => "null".to_owned(),
            Type::Dir => "the path of a directory".to_owned(),
            Type::File(FileType { glob }) | Type::Output(FileType { glob }) => match glob {
                Some(glob) => format!("a path that matches {glob}"),
                None => "a path".to_owned(),
            },
            Type::List(of) => format!("[{}, …]", self.inside(of, depth)),
            Type::Map(_, of) => format!("{{\"…\": {}, …}}", self.inside(of, depth)),
            Type::Option(of) => format!("{} | null", self.inside(of, depth)),
            Type::Record(fields) => {
                self.object(fields.iter().map(|(name, ty)| (name.as_str(), ty, false)), None, depth)
            }
            Type::Named(name) if depth > 0 => match self.program.types.get(name).map(|def| &def.body) {
                Some(TypeBody::Alias(of)) => self.inside(of, depth - 1),
                Some(TypeBody::Record(fields)) => self.object(typed(fields), None, depth - 1),
                Some(TypeBody::Enum(variants) | TypeBody::Union(variants))
                    if variants.len() > ALTERNATIVES =>
                {
                    name.to_string()
                }
                Some(TypeBody::Enum(variants)) => {
                    let tags: Vec<_> = variants.iter().map(|it| format!("\"{}\"", it.tag)).collect();
                    tags.join(" | ")
                }
                Some(TypeBody::Union(variants)) => {
                    let forms =
                        variants.iter().map(|it| self.object(typed(&it.fields), Some(&it.tag), depth - 1));
                    forms.collect::<Vec<_>>().join(" | ")
                }
                None => name.to_string(),
            },
            other => other.to_string(),
        }
    }

    fn object<'t>(
        &self,
        fields: impl Iterator<Item = (&'t str, &'t Type, bool)>,
        kind: Option<&str>,
        depth: usize,
    ) -> String {
        let kind = kind.map(|tag| format!("\"kind\": \"{tag}\""));
        let fields = fields.map(|(name, ty, optional)| {
            let optional = if optional { "?" } else { "" };
            format!("\"{name}\"{optional}: {}", self.inside(ty, depth))
        });
        format!("{{{}}}", kind.into_iter().chain(fields).collect::<Vec<_>>().join(", "))
    }
}

/// Fields with their types, and whether they may be left out.
fn typed(fields: &[Field]) -> impl Iterator<Item = (&str, &Type, bool)> {
    fields.iter().map(|field| {
        let optional = field.default.is_some() || matches!(field.ty, Type::Option(_));
        (field.name.as_str(), &field.ty, optional)
    })
}

#[cfg(test)]
mod tests {
    use flow_ir::build::{list_of, named, program, record_type, type_def, variant_def};

    use super::*;

    #[test]
    fn a_person_is_told_what_to_write() {
        let mut program = program("main");
        let mood = TypeBody::Enum(vec![variant_def("Good", []), variant_def("Bad", [])]);
        let ship = variant_def("Ship", [("note", Type::String)]);
        let answer = TypeBody::Union(vec![ship, variant_def("Hold", [])]);
        program.types.insert("Mood".into(), type_def(mood));
        program.types.insert("Item".into(), record_type([("mood", named("Mood"))]));
        program.types.insert("Answer".into(), type_def(answer));
        let said = |ty: Type| outline(&program, &ty);
        assert_eq!(said(Type::Bool), "`true` or `false`");
        assert_eq!(said(named("Mood")), "`good` or `bad`");
        assert_eq!(said(named("Answer")), r#"`{"kind": "ship", "note": text} | {"kind": "hold"}`"#);
        assert_eq!(said(list_of(named("Item"))), r#"`[{"mood": "good" | "bad"}, …]`"#);
    }
}
