//! Graphs of flows.

use crate::support::corpus;
use flow_compiler::diagnostics::ItemKey;
use flow_compiler::graph::graph;
use flow_compiler::lower::lower_flow;

fn poem() -> flow_compiler::graph::Graph {
    let project = corpus();
    let key = ItemKey { file: project.file("02_poem_loop.flow"), name: "poem_loop".into(), nth: 0 };
    let program = lower_flow(&project.db, &key).unwrap();
    graph(&program, &program.flow)
}

#[test]
fn stages_and_what_is_handed_over_are_drawn() {
    let text = format!("{}──\n{}", poem().to_mermaid(), poem().to_dot());
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("graph", text) });
}

#[test]
fn every_edge_leads_between_nodes_that_are_there() {
    let graph = poem();
    for edge in &graph.edges {
        for id in [&edge.from, &edge.to] {
            assert!(graph.nodes.iter().any(|node| node.id == *id), "`{id}` is not a node");
        }
    }
    assert!(graph.edges.iter().any(|edge| edge.handoff));
}
