//! Every code with its page of explanation, as `docs/errors/` has it.

use crate::resolve::suggest;

/// A code and what explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// `E0301`
    pub code: &'static str,
    /// The page's heading, without the code.
    pub title: &'static str,
    /// The page, in Markdown.
    pub page: &'static str,
}

macro_rules! pages {
    ($($code:literal)*) => {
        &[$(($code, include_str!(concat!("../../../docs/errors/", $code, ".md")))),*]
    };
}

/// Every page, sorted by code. A test compares the list with the folder.
const PAGES: &[(&str, &str)] = pages![
    "E0001" "E0002" "E0003" "E0004" "E0005" "E0006" "E0007" "E0008" "E0009" "E0010" "E0011" "E0012" "E0013"
    "E0014" "E0030" "E0031" "E0032" "E0033" "E0034" "E0035" "E0036" "E0040" "E0041" "E0042" "E0043" "E0044"
    "E0045" "E0046" "E0047" "E0048" "E0049" "E0050" "E0051" "E0052" "E0053" "E0054" "E0055" "E0056" "E0057"
    "E0058" "E0059" "E0060" "E0061" "E0062"
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0107" "E0108" "E0109" "E0110" "E0111"
    "E0201" "E0202" "E0203" "E0204" "E0205" "E0206" "E0207" "E0208" "E0209" "E0210" "E0211" "E0212" "E0213"
    "E0214" "E0215" "E0216" "E0217" "E0218" "E0219" "E0220" "E0221" "E0222" "E0223" "E0224" "E0225" "E0226" "E0227" "E0228" "E0230"
    "E0231" "E0232"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307" "E0308" "E0309" "E0310" "E0311" "E0312" "E0313"
    "E0314" "E0315" "E0316" "E0317" "E0318" "E0319" "E0320" "E0321" "E0322" "E0323" "E0324" "E0325" "E0326"
    "E0327" "E0328" "E0329" "E0330" "E0331" "E0332" "E0333" "E0334" "E0335" "E0336" "E0337" "E0338" "E0339" "E0340" "E0341" "E0342" "E0343" "E0344"
    "E0401" "E0402" "E0403" "E0404" "E0405" "E0406" "E0407"
    "E0501" "E0502" "E0503" "E0504" "E0505" "E0506" "E0507" "E0508" "E0509" "E0510" "E0511" "E0512" "E0513" "E0514"
    "E0515" "E0516" "E0517" "E0518" "E0519" "E0520" "E0521" "E0522" "E0523" "E0524" "E0525"
    "E0601" "E0602" "E0610" "E0611" "E0612" "E0620" "E0621" "E0622" "E0623" "E0624" "E0625"
    "E0801" "E0802" "E0803" "E0804" "E0805" "E0806" "E0807"
    "N0501"
    "W0101" "W0102" "W0103" "W0104" "W0105" "W0106" "W0107" "W0108" "W0109" "W0110" "W0111" "W0112"
    "W0201" "W0202" "W0203" "W0204" "W0205" "W0206" "W0207" "W0208" "W0209" "W0210" "W0211"
    "W0301" "W0302" "W0303" "W0304" "W0305" "W0306" "W0307"
    "W0501"
    "W0801" "W0802"
    "W0901"
];

/// All codes, sorted.
pub fn all() -> impl Iterator<Item = Page> {
    PAGES.iter().map(|(code, page)| {
        let heading = page.lines().next().unwrap_or_default();
        let title = heading.split_once(": ").map_or(heading, |(_, title)| title);
        Page { code, title, page }
    })
}

/// The page of a code, however it is written (`e0301`, `E301`; `301` is the error of that number).
pub fn find(code: &str) -> Option<Page> {
    let code = code.trim().to_ascii_uppercase();
    let digits = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letter = match &code[..code.len() - digits.len()] {
        "" => "E",
        letter => letter,
    };
    let code = format!("{letter}{digits:0>4}");
    all().find(|page| page.code == code)
}

/// The code that was probably meant.
pub fn nearest(code: &str) -> Option<&'static str> {
    suggest(&code.trim().to_ascii_uppercase(), PAGES.iter().map(|(code, _)| *code))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests may read the repository")]
mod tests {
    use super::{PAGES, all, find, nearest};
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
    }

    #[test]
    fn every_page_of_the_folder_is_listed_in_order() {
        let mut pages: Vec<String> = fs::read_dir(root().join("docs/errors"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
            .filter(|name| name != "README")
            .collect();
        pages.sort();
        assert_eq!(PAGES.iter().map(|(code, _)| *code).collect::<Vec<_>>(), pages);
    }

    #[test]
    fn every_page_begins_with_its_code_and_title() {
        for page in all() {
            let heading = page.page.lines().next().unwrap();
            assert_eq!(heading, format!("# {}: {}", page.code, page.title));
        }
    }

    #[test]
    fn every_code_in_the_sources_has_a_page_and_every_page_a_code() {
        let mut used = BTreeSet::new();
        for folder in ["grammar/src", "compiler/src"] {
            collect(&root().join(folder), &mut used);
        }
        let pages: BTreeSet<String> = PAGES.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(used, pages);
    }

    fn collect(folder: &Path, used: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, used);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("codes.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split('"').skip(1).step_by(1).filter(|piece| is_code(piece));
                used.extend(code.map(str::to_owned));
            }
        }
    }

    fn is_code(piece: &str) -> bool {
        piece.len() == 5
            && piece.starts_with(['E', 'W', 'N'])
            && piece.bytes().skip(1).all(|byte| byte.is_ascii_digit())
    }

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for written in [" e0601 ", "E601", "601", "0601"] {
            assert_eq!(find(written).unwrap().code, "E0601", "{written}");
        }
        assert_eq!(find("w101").unwrap().code, "W0101");
        assert!(find("E9999").is_none());
        assert_eq!(nearest("E061O"), Some("E0610"));
    }
}
