//! Patterns.

use super::NotLowered;
use super::frame::Context;
use crate::types::decl::resolve_alias;
use crate::types::ty::Ty;
use flow_grammar::tree::{Pattern, PatternField, PatternKind};
use flow_ir::{Name, Pattern as Ir};

impl Context<'_, '_> {
    /// A pattern; one that needs a value inside of an option says so.
    pub(super) fn pattern(&mut self, pattern: &Pattern) -> Result<Ir, NotLowered> {
        let lowered = match &pattern.kind {
            PatternKind::Wildcard => return Ok(Ir::Any),
            PatternKind::None => return Ok(Ir::None),
            PatternKind::Bind(_) => {
                return match self.body.binds.get(&pattern.id).copied() {
                    Some(local) => Ok(Ir::Bind(self.slot(local))),
                    None => Err(self.incomplete("a name that was never bound")),
                };
            }
            PatternKind::Or(patterns) => {
                return Ok(Ir::Or(patterns.iter().map(|it| self.pattern(it)).collect::<Result<_, _>>()?));
            }
            PatternKind::Int(value) => Ir::Int(*value),
            PatternKind::Bool(value) => Ir::Bool(*value),
            PatternKind::Str(template) => Ir::String(template.plain().unwrap_or_default().to_owned()),
            PatternKind::Variant { name, fields, .. } => Ir::Variant {
                variant: name.text.clone(),
                fields: self.pattern_fields(fields.as_deref().unwrap_or_default())?,
            },
            PatternKind::Record(fields) => Ir::Record(self.pattern_fields(fields)?),
            PatternKind::Error => return Err(self.incomplete("a broken pattern")),
        };
        let at = self.body.pattern(pattern.id);
        let optional = matches!(resolve_alias(self.low.db, at), Ty::Option(_));
        Ok(if optional { Ir::Some(Box::new(lowered)) } else { lowered })
    }

    fn pattern_fields(&mut self, fields: &[PatternField]) -> Result<Vec<(Name, Ir)>, NotLowered> {
        let mut out = Vec::with_capacity(fields.len());
        for field in fields {
            match field {
                // `Yes(_)`: a field that is named nowhere may be anything.
                PatternField::Named(name, _) if name.text.is_empty() => {}
                PatternField::Short(name, pattern) | PatternField::Named(name, pattern) => {
                    out.push((name.text.clone(), self.pattern(pattern)?));
                }
                PatternField::Rest(_) => {}
            }
        }
        Ok(out)
    }
}
