//! The bounds of flows as plain data, and as a table for people.

use super::amount::{Amount, Root};
use super::check::place;
use super::check::reason;
use super::flow_cost;
use super::range::{At, Dimension, Most};
use crate::analyses::outline::{Outline, StepKind, outline_of};
use crate::db::Db;
use crate::diagnostics::{ItemKey, Place};
use std::fmt::Write as _;

/// The bounds of one flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowBounds {
    /// The flow.
    pub key: ItemKey,
    /// Turns, time, cost.
    pub rows: [Row; 3],
    /// The lists of which nothing says how long they may be, with the place where the flow depends on that.
    pub lists: Vec<(String, Place)>,
}

/// The bounds in one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub dimension: Dimension,
    /// The least that leads to a result.
    pub least: u64,
    /// The most that the steps and what is deferred may take, whatever the budget says.
    pub most: Most,
    /// The most of a run: the budget ends it.
    pub within: Most,
    /// What the budget allows.
    pub budget: Option<u64>,
    /// Why there is no bound, with the places.
    pub reasons: Vec<(String, Place)>,
}

/// The bounds of the flow or tool of that key.
pub fn bounds(db: &dyn Db, key: &ItemKey) -> Option<FlowBounds> {
    let (outline, cost) = (outline_of(db, key)?, flow_cost(db, key)?);
    let rows = Dimension::ALL.map(|dimension| {
        let most = cost.whole[dimension as usize].clone();
        Row {
            dimension,
            least: cost.range.least[dimension as usize],
            reasons: most.reasons().iter().map(|why| reason(db, why)).collect(),
            most,
            within: cost.within[dimension as usize].clone(),
            budget: dimension.budget(&outline.budget).map(|(limit, _)| limit),
        }
    });
    let mut lists: Vec<Root> = Vec::new();
    for row in &rows {
        if let Most::Known(amount) = &row.most {
            lists.extend(amount.lists().into_iter().filter(|list| !lists.contains(list)).collect::<Vec<_>>());
        }
    }
    let lists = lists.iter().map(|list| {
        let at = At { key: key.clone(), step: depends_on(&outline, list) };
        (format!("nothing says how long `{}` may be", list.name()), place(db, &at))
    });
    Some(FlowBounds { key: key.clone(), lists: lists.collect(), rows })
}

/// The first step that depends on the length of a list itself: a loop over it, or a call that is handed it.
fn depends_on(outline: &Outline, list: &Root) -> Option<u32> {
    let depends = |amount: &Amount| amount.lists().contains(list);
    let mut found = None;
    outline.each(&mut |step| {
        let is_it = match &step.kind {
            StepKind::For { size, .. } => depends(&size.most),
            StepKind::Call(call) => call.args.iter().flatten().any(|fact| depends(&fact.size().most)),
            _ => false,
        };
        if is_it {
            found.get_or_insert(step.number);
        }
    });
    found
}

/// What is known of the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// A number.
    Known,
    /// It depends on lists or parameters.
    Depends,
    /// There is an end, at nobody knows how much.
    Unknown,
    /// There is no end.
    Unbounded,
}

impl Row {
    /// What is known of the most, the budget left aside.
    pub fn kind(&self) -> Bounded {
        match &self.most {
            Most::Known(amount) if amount.known().is_some() => Bounded::Known,
            Most::Known(_) => Bounded::Depends,
            Most::Unknown(_) => Bounded::Unknown,
            Most::Unbounded(_) => Bounded::Unbounded,
        }
    }

    const fn name(&self) -> &'static str {
        match self.dimension {
            Dimension::Turns => "agent turns",
            other => other.name(),
        }
    }

    /// `3`, `18h`, `len(files) × 2`, `unbounded`
    pub fn most_text(&self) -> String {
        self.most.text(self.dimension)
    }

    /// `3`
    pub fn least_text(&self) -> String {
        self.dimension.least(self.least)
    }

    /// `20`
    pub fn budget_text(&self) -> Option<String> {
        self.budget.map(|budget| self.dimension.exact(budget))
    }
}

impl FlowBounds {
    /// The table; `show` writes a place.
    pub fn table(&self, show: &dyn Fn(&Place) -> String) -> String {
        let mut cells = vec![[String::new(), "at least".into(), "at most".into(), "budget".into()]];
        for row in &self.rows {
            let budget = row.budget_text().unwrap_or_else(|| "–".into());
            cells.push([row.name().into(), row.least_text(), row.most_text(), budget]);
        }
        let width = |column: usize| {
            cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2)];
        let mut out = String::new();
        for [name, least, most, budget] in &cells {
            let [a, b, c] = widths;
            let _ = writeln!(out, "  {name:a$}   {least:b$}   {most:c$}   {budget}");
        }
        for row in &self.rows {
            for (text, place) in &row.reasons {
                let _ = writeln!(
                    out,
                    "  {} is {}: {text} ({})",
                    row.dimension.name(),
                    row.most_text(),
                    show(place)
                );
            }
        }
        for (text, place) in &self.lists {
            let _ = writeln!(out, "  {text} ({})", show(place));
        }
        out
    }

    /// The table in Markdown, for an editor.
    pub fn markdown(&self) -> String {
        let mut out = "| | at least | at most | budget |\n| --- | --- | --- | --- |\n".to_owned();
        for row in &self.rows {
            let budget = row.budget_text().unwrap_or_else(|| "–".into());
            let name = row.name();
            let _ = writeln!(out, "| {name} | {} | {} | {budget} |", row.least_text(), row.most_text());
        }
        for row in &self.rows {
            for (text, _) in &row.reasons {
                let _ = write!(out, "\n- {} is {}: {text}", row.dimension.name(), row.most_text());
            }
        }
        for (text, _) in &self.lists {
            let _ = write!(out, "\n- {text}");
        }
        out
    }

    /// In one line, for an editor: `2 to 36 turns, at most 18h`.
    pub fn line(&self) -> String {
        let [turns, time, cost] = &self.rows;
        let mut parts = Vec::new();
        if !turns.most.is_zero() {
            let (least, most) = (turns.least_text(), turns.within.text(Dimension::Turns));
            parts.push(if least == most {
                format!("{most} turns")
            } else {
                format!("{least} to {most} turns")
            });
        }
        for row in [time, cost] {
            match &row.within {
                within if within.is_zero() => {}
                Most::Known(_) => parts.push(format!("at most {}", row.within.text(row.dimension))),
                Most::Unbounded(_) => parts.push(format!("{} unbounded", row.dimension.name())),
                // Nobody says what agents cost unless they are asked to.
                Most::Unknown(_) => {}
            }
        }
        parts.join(", ")
    }
}
