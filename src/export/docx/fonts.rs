//! The typefaces of an official document, by name.
//!
//! Role: the names that styles use, and the part `fontTable.xml`, which tells Word what to use when a face is not
//! installed. The faces are licensed, so none is embedded. Does not know which text is set in which face.

use super::package::WORD;
use super::xml::XmlWriter;

/// A typeface as the font table describes it.
pub(super) struct FontFace {
    /// The name that styles use.
    pub(super) name: &'static str,
    /// The substitutes that Word uses, best first, separated by commas (ECMA-376 part 1, 17.8.3.1).
    fallbacks: &'static str,
    panose: &'static str,
    /// The code page of its letters: 134 (86 in hexadecimal) is simplified Chinese.
    charset: &'static str,
    family: &'static str,
    pitch: &'static str,
}

/// 仿宋: the text and headings of the third and fourth level.
pub(super) const FANGSONG: FontFace = chinese_face(
    "仿宋_GB2312",
    "仿宋,FangSong,华文仿宋,STFangsong",
    "02010609030101010101",
    "modern",
);
/// 楷体: headings of the second level.
pub(super) const KAITI: FontFace = chinese_face(
    "楷体_GB2312",
    "楷体,KaiTi,华文楷体,STKaiti",
    "02010609030101010101",
    "modern",
);
/// 黑体: headings of the first level, heads of tables.
pub(super) const HEITI: FontFace = chinese_face(
    "黑体",
    "SimHei,华文黑体,STHeiti,微软雅黑",
    "02010609060101010101",
    "modern",
);
/// 小标宋: the title. Offices without it print 宋体.
pub(super) const XIAOBIAOSONG: FontFace = chinese_face(
    "方正小标宋简体",
    "方正小标宋_GBK,宋体,SimSun",
    "03000509000000000000",
    "script",
);
/// 宋体: page numbers.
pub(super) const SONGTI: FontFace = chinese_face("宋体", "SimSun,华文宋体,STSong", "02010600030101010101", "auto");
/// Latin letters and digits. Offices use it beside 仿宋; its digits are half an em wide, so they fit the grid.
pub(super) const LATIN: FontFace = FontFace {
    name: "Times New Roman",
    fallbacks: "Liberation Serif",
    panose: "02020603050405020304",
    charset: "00",
    family: "roman",
    pitch: "variable",
};

const FACES: [&FontFace; 6] = [&FANGSONG, &KAITI, &HEITI, &XIAOBIAOSONG, &SONGTI, &LATIN];

const fn chinese_face(
    name: &'static str,
    fallbacks: &'static str,
    panose: &'static str,
    family: &'static str,
) -> FontFace {
    FontFace {
        name,
        fallbacks,
        panose,
        charset: "86",
        family,
        pitch: "default",
    }
}

/// The part `word/fontTable.xml`.
pub(super) fn font_table() -> Vec<u8> {
    XmlWriter::part("w:fonts", &[WORD], |xml| {
        for face in FACES {
            xml.element("w:font", &[("w:name", face.name)], |xml| {
                xml.val_element("w:altName", face.fallbacks);
                xml.val_element("w:panose1", face.panose);
                xml.val_element("w:charset", face.charset);
                xml.val_element("w:family", face.family);
                xml.val_element("w:pitch", face.pitch);
            });
        }
    })
}
