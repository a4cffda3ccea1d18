//! x
use std::time::Instant;
use xiangyin::pipeline::{Request, content};
fn main(){
  let site=std::path::PathBuf::from(std::env::args().nth(1).unwrap());
  let request=Request{site:site.clone(),out:None,base_url:None,drafts:false,future:false,today:"2026-11-23".parse().unwrap(),program:String::new(),force:false};
  let t=Instant::now(); let c=content(&request).unwrap(); println!("content {:?}",t.elapsed());
  for _ in 0..3 {
  let t=Instant::now(); let s=c.site(None,request.today); println!("site {:?}",t.elapsed());
  let t=Instant::now(); xiangyin::metrics::Counts::new(&c.catalog,&c.metrics,request.today); println!("counts {:?}",t.elapsed());
  let t=Instant::now(); s.reports(); println!("reports {:?}",t.elapsed());
  let t=Instant::now(); let p=xiangyin::plan::plan(&s); println!("plan {:?} {}",t.elapsed(),p.files.len());
  let t=Instant::now(); let p=xiangyin::plan::plan(&s); println!("plan again {:?} {}",t.elapsed(),p.files.len());
  let t=Instant::now(); xiangyin::check::check(&c.catalog,&c.settings); println!("check {:?}",t.elapsed());
  let t=Instant::now(); p.findings(&s); println!("plan findings {:?}",t.elapsed());
  }
}
