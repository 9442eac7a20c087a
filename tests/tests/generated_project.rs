//! The project that the benchmarks measure is a correct one.

use flow_grammar::parse::parse;
use flow_tests::generate::{alone, command_loop, project};

#[test]
fn the_generated_project_has_no_syntax_error() {
    let project = project(24, 200);
    let modules = project.iter().filter(|file| file.path.ends_with(".flow")).map(|file| file.text.as_str());
    for text in modules.chain([alone(100).as_str(), command_loop()]) {
        let parsed = parse(text);
        let errors: Vec<_> =
            parsed.errors.iter().chain(parsed.items.iter().flat_map(|item| item.errors.iter())).collect();
        assert!(errors.is_empty(), "{errors:?} in\n{text}");
    }
}
