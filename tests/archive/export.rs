//! The archive as static files.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::{HOME, Program, one, world};
use crate::harness::BASE_URL;

/// Every file below a folder, by its path there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

#[tokio::test]
async fn the_files_are_what_is_served() {
    let (app, carnet) = world().await;
    app.cli(&["newsletter", "set", "carnet", "--colour", "#a3261f"]).await.ok();
    let (first, id) = one(&app, &carnet, "Le four").await;
    let (second, _) = one(&app, &carnet, "Le moulin").await;
    let program = Program::new(&app).await;
    program.open("public").await;
    let folder = app.folder().join("site");
    let target = folder.to_str().unwrap();
    let said = app.cli(&["archive", "export", target, "--json"]).await.json();
    let written = files(&folder);
    assert_eq!((said["files"].as_u64().unwrap() as usize, &said["newsletters"]), (written.len(), &json!(["carnet"])));
    for (name, bytes) in &written {
        let path = format!("/{}", name.trim_end_matches("/index.html"));
        let served = app.get(&path).await;
        assert_eq!(served.status, 200, "{path}");
        assert!(served.body.as_bytes() == bytes.as_slice(), "{path} is not what is served");
    }
    let names: Vec<&str> = written.keys().map(String::as_str).collect();
    for path in [HOME, &format!("{HOME}/2026"), &first, &second] {
        assert!(names.contains(&format!("{}/index.html", &path[1..]).as_str()), "{path}: {names:?}");
    }
    assert!(names.contains(&"n/carnet/feed.xml") && names.contains(&"n/carnet/brand.css"), "{names:?}");
    assert_eq!(names.iter().filter(|name| name.starts_with("assets/")).count(), 2, "{names:?}");
    let page = String::from_utf8(written[&format!("{}/index.html", &first[1..])].clone()).unwrap();
    assert!(page.contains(&format!("action=\"{BASE_URL}/n/carnet\"")), "its form leads to the instance");

    // A folder with something in it is left alone; an earlier export is replaced, and what was withdrawn is gone from it.
    let refused = app.cli(&["archive", "export", target]).await;
    assert!(refused.fails(4).contains("is not empty"), "{refused:?}");
    program.choose(&id, &json!({ "withdrawn": true })).await;
    app.cli(&["archive", "export", target, "--newsletter", "carnet", "--replace"]).await.ok();
    let names: Vec<String> = files(&folder).into_keys().collect();
    assert!(!names.iter().any(|name| name.starts_with(&first[1..])), "{names:?}");
    assert!(names.iter().any(|name| name.starts_with(&second[1..])), "{names:?}");
}

#[tokio::test]
async fn what_is_closed_is_not_exported() {
    let (app, carnet) = world().await;
    let (page, _) = one(&app, &carnet, "Le four").await;
    let program = Program::new(&app).await;
    let target = |name: &str| app.folder().join(name).to_str().unwrap().to_owned();
    program.open("link").await;
    app.cli(&["archive", "export", &target("link")]).await.ok();
    let names: Vec<String> =
        files(&app.folder().join("link")).into_keys().filter(|name| name.starts_with("n/")).collect();
    assert_eq!(names, [format!("{}/index.html", &page[1..])], "the page alone, and no list of it");
    program.open("off").await;
    assert!(
        app.cli(&["archive", "export", &target("off")]).await.fails(4).contains("no newsletter has an open archive")
    );
    let closed = app.cli(&["archive", "export", &target("off"), "--newsletter", "carnet"]).await;
    assert!(closed.fails(4).contains("is off"), "{closed:?}");
    app.cli(&["archive", "export", &target("off"), "--newsletter", "nulle-part"]).await.fails(5);
    std::fs::write(app.folder().join("file"), "x").unwrap();
    program.open("public").await;
    let onto = app.cli(&["archive", "export", &target("file")]).await;
    assert!(onto.fails(1).contains("cannot write to"), "{onto:?}");
}
