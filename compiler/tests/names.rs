//! Imports and names.

mod support;

reports! {
    a_missing_module_gets_the_nearest_path: "// file: shared/tickets.flow\ntype Ticket { id: string }\n// file: main.flow\nimport ./shared/tikets.{Ticket}\ntype Board { tickets: [Ticket] }";
    a_module_in_another_folder_is_found_by_its_name: "// file: shared/tickets.flow\ntype Ticket { id: string }\n// file: main.flow\nimport ./tickets.{Ticket}\ntype Board { tickets: [Ticket] }";
    a_project_path_without_its_dot_is_mended: "// file: tickets.flow\ntype Ticket { id: string }\n// file: main.flow\nimport tickets.{Ticket}\ntype Board { tickets: [Ticket] }";
    a_missing_module_of_the_standard_library_gets_the_list: "import std/networking.{Socket}\ntype A { socket: Socket }";
    what_a_missing_module_should_bring_is_not_reported_again: "import ./gone as gone\nimport ./gone.{Ticket}\ntype Board { tickets: [Ticket], other: gone.Thing }";
    a_missing_name_of_a_module_gets_the_nearest: "import std/review.{Verdit}\ntype A { verdict: Verdit }";
    a_name_of_another_module_says_which: "// file: a.flow\ntype Here { id: string }\n// file: b.flow\ntype There { id: string }\n// file: main.flow\nimport ./a.{There}\ntype A { there: There }";
    a_private_name_is_not_imported: "// file: a.flow\ntype _Hidden { id: string }\nfn _helper() -> int { 1 }\n// file: main.flow\nimport ./a.{_helper}\nflow main() -> int { _helper() }";
    two_declarations_of_one_name: "fn a() -> int { 1 }\nflow a() -> int { 2 }\n";
    three_declarations_of_one_name_are_two_mistakes: "fn a() -> int { 1 }\nfn a() -> int { 2 }\nfn a() -> int { 3 }\n";
    an_import_that_clashes_with_a_declaration: "import std/review.{Finding}\ntype Finding { text: string }";
    two_imports_of_one_name: "// file: a.flow\ntype T1 { id: string }\n// file: b.flow\ntype T1 { id: string }\n// file: main.flow\nimport ./a.{T1}\nimport ./b.{T1}\ntype A { t: T1 }";
    a_module_and_a_function_of_one_name: "import std/review as review\nfn review(finding: review.Finding) -> string { finding.message }";
    a_module_takes_the_last_part_of_its_path: "import std/review\ntype A { finding: review.Finding }";
    a_type_that_is_only_elsewhere_is_offered_as_an_import: "// file: tickets.flow\ntype Ticket { id: string }\n// file: main.flow\n/// A board.\ntype Board { tickets: [Ticket] }";
    an_import_more_goes_behind_the_last: "// file: tickets.flow\ntype Ticket { id: string }\n// file: main.flow\nimport std/review.{Verdict}\n\ntype Board { tickets: [Ticket], verdict: Verdict }";
    a_name_more_goes_into_the_import_that_is_there: "// file: tickets.flow\ntype Ticket { id: string }\ntype Owner { id: string }\n// file: main.flow\nimport ./tickets.{Owner}\ntype Board { tickets: [Ticket], owner: Owner }";
    a_type_exported_by_several_modules_is_offered_from_each: "// file: a.flow\ntype Ticket { id: string }\n// file: b.flow\ntype Ticket { id: string }\n// file: main.flow\ntype Board { tickets: [Ticket] }";
    a_misspelt_type_of_another_module_is_mended_and_imported: "// file: tickets.flow\ntype Ticket { id: string }\n// file: main.flow\ntype Board { tickets: [Tickt] }";
    a_misspelt_type_of_the_file_is_mended: "type Ticket { id: string }\ntype Board { tickets: [Tiket] }";
    a_misspelt_built_in_type_is_mended: "type Board { name: strng }";
    a_function_is_no_type: "fn score() -> int { 1 }\ntype Board { score: Score, other: [score] }";
    a_module_is_no_type: "import std/review\ntype Board { score: [review] }";
    a_module_has_no_such_type: "import std/review\ntype Board { score: review.Findng }";
    a_circle_of_three_is_reported_once: "// file: a.flow\nimport ./b as b\ntype A { b: b.B? }\n// file: b.flow\nimport ./c as c\ntype B { c: c.C? }\n// file: c.flow\nimport ./a as a\ntype C { a: a.A? }\n// file: d.flow\nimport ./a as a\ntype D { a: a.A? }";
    a_module_that_imports_itself: "// file: a.flow\nimport ./a as a\ntype A { a: a.A? }";
    an_unused_name_of_several: "import std/review.{Finding, Severity, Verdict}\ntype A { verdict: Verdict, severity: Severity }";
    an_unused_module: "import std/review as r\ntype A { id: string }";
    an_allowed_warning_is_not_given: "@allow(W0206)\nimport std/review as r\ntype A { id: string }";
    a_broken_file_gets_no_advice_on_what_is_unused: "import std/review as r\ntype A { id string }\n";
}
