//! Temporary.
use std::path::Path;
use tencentcloud_codegen::{model::Service, names};
fn main() {
    let package = xtask::sync::Package::open(Path::new("/tmp/up/tccli")).unwrap();
    let services: Vec<String> = package.services().map(str::to_owned).collect();
    let (mut suffixed, mut setters) = (0, std::collections::BTreeMap::new());
    for f in package.read(&services).unwrap() {
        let spec = xtask::sync::parse(&f).unwrap();
        let s = Service::new(std::slice::from_ref(&spec)).unwrap();
        let again = tencentcloud_codegen::spec::read(&spec.directory, &spec.version, &tencentcloud_codegen::spec::write(&spec)).unwrap();
        assert_eq!(again, spec);
        for o in &s.versions[0].objects { for m in &o.members {
            if m.boxed { println!("box {} {}.{}", f.service, o.wire, m.wire); }
            if m.field.text().trim_end_matches('_') != names::snake(&m.wire) { suffixed += 1; println!("suffix {} {}.{} {}", f.service, o.wire, m.wire, m.field); }
            if m.setter != m.field { *setters.entry(m.setter.to_string()).or_insert(0) += 1; }
            if m.required && m.deprecated { println!("req+dep") }
        } }
    }
    println!("{suffixed} {setters:?}");
}
