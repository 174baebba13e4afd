//! Who may know whom: the table of docs/architecture.md, held against every `use` line and `crate::` path of the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::house::sources;

/// The most files that may need each other in a circle.
const LARGEST_CIRCLE: usize = 4;

/// Module → the modules that it names.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Code without its tests at the end, and without comments.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The module of a file: `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`.
fn module(file: &str) -> String {
    let path = file.rsplit_once("/src/").map_or(file, |(_, path)| path).trim_end_matches(".rs");
    path.trim_end_matches("/mod").replace('/', "::")
}

/// Every path that a `use` tree names.
fn leaves(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, inner)) = tree.split_once('{') else {
        found.push(format!("{prefix}{}", tree.split(" as ").next().unwrap_or_default().trim()));
        return;
    };
    let (prefix, mut depth, mut from) = (format!("{prefix}{}", head.trim()), 0, 0);
    let inner = inner.trim_end().trim_end_matches('}');
    for (at, char) in inner.char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                leaves(&prefix, &inner[from..at], found);
                from = at + 1;
            }
            _ => {}
        }
    }
    if !inner[from..].trim().is_empty() {
        leaves(&prefix, &inner[from..], found);
    }
}

/// The paths of a file that begin at the crate or above the file.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut rest, mut inline) = (code, String::new());
    while let Some((before, after)) = rest.split_once("use ") {
        inline.push_str(before);
        let tree = after.split(';').next().unwrap_or_default();
        leaves("", tree, &mut found);
        rest = &after[tree.len()..];
    }
    inline.push_str(rest);
    for start in ["crate::", "super::"] {
        for (at, _) in inline.match_indices(start) {
            let before = inline[..at].chars().next_back();
            if before.is_none_or(|char| !char.is_alphanumeric() && !":_$".contains(char)) {
                let path =
                    inline[at..].split(|char: char| !char.is_alphanumeric() && char != ':' && char != '_').next();
                found.extend(path.map(str::to_owned));
            }
        }
    }
    found
}

/// The path from the root of the crate; `None` for one of another crate.
fn absolute(module: &str, path: &str) -> Option<String> {
    if let Some(path) = path.strip_prefix("crate::") {
        return Some(path.to_owned());
    }
    let (mut base, mut rest): (Vec<&str>, &str) = (module.split("::").collect(), path);
    if let Some(path) = path.strip_prefix("self::") {
        return Some(format!("{module}::{path}"));
    }
    path.starts_with("super::").then_some(())?;
    while let Some(up) = rest.strip_prefix("super::") {
        base.pop();
        rest = up;
    }
    base.push(rest);
    Some(base.join("::"))
}

/// Which file names which.
fn arrows() -> Arrows {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let modules: BTreeSet<String> = found.iter().map(|(file, _)| module(file)).collect();
    let file_of = |path: String| {
        let mut path = path.as_str();
        while !modules.contains(path) {
            path = path.rsplit_once("::")?.0;
        }
        Some(path.to_owned())
    };
    let of = |(file, text): &(String, String)| {
        let module = module(file);
        let named = paths(&code(text)).into_iter().filter_map(|path| absolute(&module, &path)).filter_map(file_of);
        let named = named.filter(|named| *named != module).collect();
        (module, named)
    };
    found.iter().map(of).filter(|(module, _)| module != "lib" && module != "main").collect()
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// The ground, and for each other room what it may know: as the page says.
fn allowed() -> (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>) {
    let page = include_str!("../docs/architecture.md");
    let (_, section) = page.split_once("## Who may know whom").unwrap();
    let (words, table) = section.split_once("| room |").unwrap();
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let ground = quoted(words.split("They may know").next().unwrap());
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let rows = rows.map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let mut may: BTreeSet<String> = cells[3].split(',').map(|name| name.trim().to_owned()).collect();
        assert!(may.remove("ground"), "{line}");
        may.extend(ground.iter().cloned());
        (cells[1].trim_matches('`').to_owned(), may)
    });
    (ground.clone(), rows.collect())
}

/// Who can be reached from whom, itself only by a way round.
fn reach(arrows: &Arrows) -> Arrows {
    let of = |start: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![start.clone()]);
        while let Some(at) = next.pop() {
            next.extend(arrows.get(&at).into_iter().flatten().filter(|to| seen.insert((*to).clone())).cloned());
        }
        (start.clone(), seen)
    };
    arrows.keys().map(of).collect()
}

/// The circles: those who reach each other.
fn circles(arrows: &Arrows) -> BTreeSet<BTreeSet<String>> {
    let reached = reach(arrows);
    let back = |from: &String, to: &String| reached.get(to).is_some_and(|back| back.contains(from));
    reached
        .iter()
        .map(|(from, seen)| seen.iter().filter(|to| back(from, to)).cloned().collect::<BTreeSet<_>>())
        .filter(|circle| circle.len() > 1)
        .collect()
}

#[test]
fn every_room_knows_only_whom_the_table_lets_it() {
    let (ground, allowed) = allowed();
    let mut wrong = Vec::new();
    for (module, named) in arrows() {
        let from = room(&module).to_owned();
        let may = if ground.contains(&from) { Some(&ground) } else { allowed.get(&from) };
        let may = may.unwrap_or_else(|| panic!("the table of docs/architecture.md does not name the room `{from}`"));
        for to in named.iter().filter(|to| room(to) != from && !may.contains(room(to))) {
            wrong.push(format!("{module} → {to}"));
        }
    }
    assert!(wrong.is_empty(), "arrows that docs/architecture.md does not allow:\n  {}", wrong.join("\n  "));
}

#[test]
fn no_rooms_and_few_files_need_each_other_in_a_circle() {
    let arrows = arrows();
    assert!(arrows.len() > 200, "the sources are there");
    let mut rooms = Arrows::new();
    for (module, named) in &arrows {
        let others = named.iter().map(|to| room(to).to_owned()).filter(|to| to != room(module));
        rooms.entry(room(module).to_owned()).or_default().extend(others);
    }
    assert_eq!(circles(&rooms), BTreeSet::new(), "rooms in a circle");
    let large: Vec<_> = circles(&arrows).into_iter().filter(|circle| circle.len() > LARGEST_CIRCLE).collect();
    assert!(large.is_empty(), "circles of more than {LARGEST_CIRCLE} files: {large:#?}");
}

#[test]
fn the_reader_of_paths_reads_what_rust_reads() {
    let text = "use crate::a::{self, b::{C, d}, e as f};\nuse std::fmt;\nfn x() { super::g::h(); crate::i::j }";
    let found: Vec<_> = paths(text).iter().filter_map(|path| absolute("m::n", path)).collect();
    assert_eq!(found, ["a::self", "a::b::C", "a::b::d", "a::e", "i::j", "m::g::h"]);
}
