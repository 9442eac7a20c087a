//! What is not checked yet is said to be so, once for each place.

use crate::support;

reports! {
    tests: "fn f() -> int { 1 }\ntest \"f is one\" { expect f() == 1 }";
    statements_of_tests_in_a_flow: "flow f() -> int {\n  expect 1 == 1\n  1\n}";
}
