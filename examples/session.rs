use std::time::Instant;
use xiangyin::pipeline::{Session, Request, Answer};
use xiangyin::source::Changes;
fn main(){
  let site=std::path::PathBuf::from(std::env::args().nth(1).unwrap());
  let request=Request{site:site.clone(),out:None,base_url:None,drafts:false,future:false,today:"2026-11-23".parse().unwrap(),program:String::new(),force:false};
  let t=Instant::now(); let mut s=Session::open(request); println!("open {:?}",t.elapsed());
  let page=|s:&Session,u:&str|{let t=Instant::now(); let a=s.shown().answer(u); println!("  {u} {:?} {}",t.elapsed(),match a{Answer::Page(p)=>p.len(),Answer::Nothing(_)=>0,_=>1});};
  page(&s,"/"); page(&s,"/volunteer/"); page(&s,"/");
  let mut posts:Vec<_>=std::fs::read_dir(site.join("content/volunteer/2022")).unwrap().map(|e|e.unwrap().path()).collect(); posts.sort();
  for i in 0..5 { let p=&posts[i*3]; let text=std::fs::read_to_string(p).unwrap();
    let new=if i%2==0 {text.clone()+"\n\n改了一句。\n"} else {text.replacen("title: ","title: 改",1)};
    std::fs::write(p,&new).unwrap();
    let t=Instant::now(); s.update(&Changes::Paths([p.clone()].into())); println!("update words {:?}",t.elapsed());
    page(&s,&format!("/volunteer/2022/{}/",p.file_stem().unwrap().to_str().unwrap())); page(&s,"/volunteer/"); page(&s,"/");
    let t=Instant::now(); let n=s.newest().findings().len(); println!("  findings {n} {:?}",t.elapsed());
    std::fs::write(p,&text).unwrap(); s.update(&Changes::Paths([p.clone()].into()));
  }
  let p=&posts[1]; let text=std::fs::read_to_string(p).unwrap();
  std::fs::write(p,text.replacen("date: 2022-","date: 2021-",1)).unwrap();
  let t=Instant::now(); s.update(&Changes::Paths([p.clone()].into())); println!("update date {:?}",t.elapsed());
  std::fs::write(p,&text).unwrap();
  let t=Instant::now(); s.update(&Changes::Paths([p.clone()].into())); println!("update date {:?}",t.elapsed());
  let t=Instant::now(); s.update(&Changes::Anything); println!("update anything {:?}",t.elapsed());
}
