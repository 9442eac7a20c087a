//! The graph of a flow: its stages, what they call, and what is handed from one to the other. Drawn from the IR alone, as
//! any tool could.

use flow_ir::{Name, Op, ProcessOp, Program, Target, Type, walk};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A graph as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The flow.
    pub title: String,
    /// The nodes, in order of their ids.
    pub nodes: Vec<GraphNode>,
    /// The edges.
    pub edges: Vec<GraphEdge>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Its name in the document.
    pub id: String,
    /// What is written in it.
    pub label: String,
    /// What it is.
    pub kind: GraphKind,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GraphKind {
    /// A flow.
    Flow,
    /// A stage.
    Stage,
    /// An agent.
    Agent,
    /// A command.
    Command,
    /// A person.
    Human,
    /// Where the flow ends.
    End,
}

/// An edge: a value, or control alone, goes from one node to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GraphEdge {
    /// From where.
    pub from: String,
    /// To where.
    pub to: String,
    /// What crosses, as the language writes types.
    pub label: String,
    /// Whether control passes for good (`handoff`, `return`), not only a value.
    pub handoff: bool,
}

/// The graph of a flow of the program.
pub fn graph(program: &Program, flow: &Name) -> Graph {
    let mut nodes: BTreeMap<String, GraphNode> = BTreeMap::new();
    let mut edges = BTreeSet::new();
    let mut add = |id: &str, label: &str, kind| {
        nodes.entry(id.to_owned()).or_insert_with(|| GraphNode {
            id: id.to_owned(),
            label: label.to_owned(),
            kind,
        });
    };
    if let Some(known) = program.flows.get(flow) {
        add(flow, flow, GraphKind::Flow);
        let mut called = Vec::new();
        let mut place = |id: &str, body| {
            walk(body, &mut |node| {
                let target = match &node.op {
                    Op::Call { target, .. } | Op::Process(ProcessOp::Spawn { target, .. }) => target.clone(),
                    Op::Process(ProcessOp::Open { agent, .. } | ProcessOp::CallSession { agent, .. }) => {
                        Target::Agent(agent.clone())
                    }
                    Op::Process(
                        ProcessOp::FlowTool(name)
                        | ProcessOp::EndpointTool { flow: name, .. }
                        | ProcessOp::CallEndpoint { flow: name, .. },
                    ) if name != flow => Target::Flow(name.clone()),
                    _ => return,
                };
                called.push((id.to_owned(), target));
            });
        };
        place(flow, &known.body);
        known.endpoints.values().for_each(|endpoint| place(flow, &endpoint.body));
        for (name, stage) in &known.stages {
            let id = format!("{flow}.{name}");
            add(&id, name, GraphKind::Stage);
            place(&id, &stage.body);
        }
        // What an endpoint returns is no end of the flow.
        let stages = known.stages.iter().map(|(name, stage)| (format!("{flow}.{name}"), &stage.body));
        for (from, body) in std::iter::once((flow.to_string(), &known.body)).chain(stages) {
            let mut returns = false;
            walk(body, &mut |node| returns |= matches!(node.op, Op::Return(_)));
            if returns {
                add("end", "return", GraphKind::End);
                let label = label(None, &known.frame.result);
                edges.insert(GraphEdge { from, to: "end".into(), label, handoff: true });
            }
        }
        for (from, target) in called {
            let (name, kind) = match &target {
                Target::Agent(name) => (name, GraphKind::Agent),
                Target::Command(name) => (name, GraphKind::Command),
                Target::Human(name) => (name, GraphKind::Human),
                Target::Flow(name) => (name, GraphKind::Flow),
            };
            add(name, name, kind);
            // A call that is given nothing is still a call.
            let given = program.handoffs.iter().any(|edge| edge.flow == *flow && edge.to == *name);
            if !given && from != name.as_str() {
                edges.insert(GraphEdge { from, to: name.to_string(), label: String::new(), handoff: false });
            }
        }
    }
    for edge in program.handoffs.iter().filter(|edge| edge.flow == *flow) {
        let control = edge.to == "return" || is_stage(program, flow, &edge.to);
        let passes = edge.from == *flow || is_stage(program, flow, &edge.from);
        let to = if edge.to == "return" { "end".to_owned() } else { edge.to.to_string() };
        if to == "end" {
            add("end", "return", GraphKind::End);
        }
        edges.insert(GraphEdge {
            from: edge.from.to_string(),
            to,
            label: label(edge.param.as_ref(), &edge.ty),
            handoff: control && passes,
        });
    }
    Graph { title: flow.to_string(), nodes: nodes.into_values().collect(), edges: joined(edges) }
}

/// Edges between the same two nodes become one, with the labels behind one another.
fn joined(edges: BTreeSet<GraphEdge>) -> Vec<GraphEdge> {
    let mut out: Vec<GraphEdge> = Vec::new();
    for edge in edges {
        match out.iter_mut().find(|known| known.from == edge.from && known.to == edge.to) {
            Some(known) => {
                if !edge.label.is_empty() && !known.label.split(", ").any(|part| part == edge.label) {
                    if !known.label.is_empty() {
                        known.label.push_str(", ");
                    }
                    known.label.push_str(&edge.label);
                }
                known.handoff |= edge.handoff;
            }
            None => out.push(edge),
        }
    }
    out
}

fn is_stage(program: &Program, flow: &Name, id: &str) -> bool {
    let stage = id.strip_prefix(flow.as_str()).and_then(|rest| rest.strip_prefix('.'));
    stage.is_some_and(|stage| program.flows.get(flow).is_some_and(|flow| flow.stages.contains_key(stage)))
}

/// What crosses: a value that goes to a parameter, or one alone.
fn label(param: Option<&Name>, ty: &Type) -> String {
    match (param, ty) {
        (None, Type::None) => String::new(),
        (Some(param), ty) => format!("{param}: {}", type_text(ty)),
        (None, ty) => type_text(ty),
    }
}

/// A type as the language writes it.
pub fn type_text(ty: &Type) -> String {
    let file = |word: &str, glob: &Option<String>| match glob {
        Some(glob) => format!("{word}(\"{glob}\")"),
        None => word.to_owned(),
    };
    match ty {
        Type::Bool => "bool".into(),
        Type::Int => "int".into(),
        Type::Float => "float".into(),
        Type::String => "string".into(),
        Type::Duration => "duration".into(),
        Type::Time => "time".into(),
        Type::Money => "money".into(),
        Type::Json => "json".into(),
        Type::None => "none".into(),
        Type::Never => "never".into(),
        Type::Dir => "dir".into(),
        Type::File(of) => file("file", &of.glob),
        Type::Output(of) => file("output", &of.glob),
        Type::List(of) => format!("[{}]", type_text(of)),
        Type::Map(key, value) => format!("{{{}: {}}}", type_text(key), type_text(value)),
        Type::Option(of) => format!("{}?", type_text(of)),
        Type::Named(name) => name.to_string(),
        Type::Record(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, ty)| format!("{name}: {}", type_text(ty))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Type::Failure => "Failure".into(),
        Type::Exec => "Exec".into(),
        Type::Process(result, event) => format!("Process<{}, {}>", type_text(result), type_text(event)),
        Type::Session(agent) => format!("Session<{agent}>"),
        Type::Event(result, event) => format!("Event<{}, {}>", type_text(result), type_text(event)),
    }
}

impl Graph {
    /// As a Mermaid flowchart.
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        let ids = self.ids();
        for node in &self.nodes {
            let text = quote(&node.label);
            let (open, close) = match node.kind {
                GraphKind::Flow => ("([", "])"),
                GraphKind::Stage => ("[", "]"),
                GraphKind::Agent => ("(", ")"),
                GraphKind::Command => ("[[", "]]"),
                GraphKind::Human => ("{{", "}}"),
                GraphKind::End => ("((", "))"),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {}{open}\"{text}\"{close}", ids[node.id.as_str()]);
        }
        for edge in &self.edges {
            let (Some(from), Some(to)) = (ids.get(edge.from.as_str()), ids.get(edge.to.as_str())) else {
                continue;
            };
            let arrow = if edge.handoff { "-->" } else { "-.->" };
            let _ = if edge.label.is_empty() {
                writeln!(out, "  {from} {arrow} {to}")
            } else {
                writeln!(out, "  {from} {arrow}|\"{}\"| {to}", quote(&edge.label))
            };
        }
        out
    }

    /// In the DOT language of Graphviz.
    pub fn to_dot(&self) -> String {
        let mut out = String::new();
        let escape = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = writeln!(out, "digraph \"{}\" {{", escape(&self.title));
        out.push_str("  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
        for node in &self.nodes {
            let shape = match node.kind {
                GraphKind::Flow => "oval",
                GraphKind::Stage => "box",
                GraphKind::Agent => "ellipse",
                GraphKind::Command => "component",
                GraphKind::Human => "hexagon",
                GraphKind::End => "doublecircle",
            };
            let _ = writeln!(
                out,
                "  \"{}\" [label=\"{}\", shape={shape}];",
                escape(&node.id),
                escape(&node.label)
            );
        }
        for edge in &self.edges {
            let style = if edge.handoff { "solid" } else { "dashed" };
            let (from, to, label) = (escape(&edge.from), escape(&edge.to), escape(&edge.label));
            let _ = writeln!(out, "  \"{from}\" -> \"{to}\" [label=\"{label}\", style={style}];");
        }
        out.push_str("}\n");
        out
    }

    /// Mermaid's ids: letters, digits and underscores; numbered, so that no two names meet.
    fn ids(&self) -> BTreeMap<&str, String> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| {
                let plain: String =
                    node.id.chars().map(|ch| if ch.is_ascii_alphanumeric() { ch } else { '_' }).collect();
                (node.id.as_str(), format!("n{index}_{plain}"))
            })
            .collect()
    }
}

/// Mermaid reads entities in quoted text, and nothing else must end it.
fn quote(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "#quot;").replace('<', "&lt;").replace('>', "&gt;")
}
