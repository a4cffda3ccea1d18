use super::*;
use proptest::prelude::*;

/// The kinds and digits in a text.
fn numbers(text: &str) -> Vec<(NumberKind, String)> {
    find(text)
        .into_iter()
        .map(|number| (number.kind, number.digits))
        .collect()
}

fn mobiles(text: &str) -> Vec<String> {
    let found = numbers(text).into_iter();
    found
        .inspect(|(kind, _)| assert_eq!(*kind, NumberKind::Mobile, "{text}"))
        .map(|(_, digits)| digits)
        .collect()
}

#[test]
fn mobile_numbers_are_found_in_everyday_spellings() {
    for text in [
        "请拨13800138000。",
        "call 13800138000.",
        "手机-13800138000",
        "手机：138-0013-8000",
        "手机 138 0013 8000 报名",
        "138.0013.8000",
        "138·0013·8000",
        "138—0013—8000",
        "138－0013－8000",
        "138\u{A0}0013\u{A0}8000",
        "138\u{3000}0013\u{3000}8000",
        "138-00138000",
        "138 00138000",
        "1380013-8000",
        "1380-013-8000",
        "138 0013\n8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "+8613800138000",
        "+86 13800138000",
        "+86-138-0013-8000",
        "（+86）138 0013 8000",
        "(86)13800138000",
        "8613800138000",
        "86138 0013 8000",
        "008613800138000",
        "１３８００１３８０００",
        "138００１３８000",
        "138\u{200B}0013\u{200B}8000",
        "1\u{FEFF}3800138000",
        "1\u{FE0F}\u{20E3}3\u{FE0F}\u{20E3}800138000",
        "138**0013**8000",
        "**138** 0013 8000",
        "<b>138</b>00138000",
        "138<!-- x -->0013<i>8000</i>",
        "138<span class=\"a\">0013</span>8000",
        "138&nbsp;0013&nbsp;8000",
        "138&#8203;00138000",
        "&#49;&#51;&#x38;00138000",
        "138\\-0013\\-8000",
        "Tel13800138000",
        "Tel: 13800138000",
        "TEL=13800138000",
        "tel:13800138000",
        "#13800138000",
        "/13800138000",
        "13800138000/",
        "13800138000wx同号",
        "微信号13800138000@163.com",
        "{\"phone\":\"13800138000\"}",
        "{\"text\":\"一\\n13800138000\"}",
        "https://a.example/?tel=13800138000",
        "张三_13800138000.jpg",
        "/images/13800138000.png",
        "13800138000转8001",
        "13800138000-8001",
        "<w:t>138</w:t></w:r><w:r><w:rPr><w:sz w:val=\"24\"/></w:rPr><w:t>00138000</w:t>",
    ] {
        assert_eq!(mobiles(text), ["13800138000"], "{text}");
    }
    let both = ["13800138000", "13900139000"];
    for text in [
        "13800138000/13900139000",
        "13800138000、13900139000",
        "13800138000 13900139000",
        "13800138000-13900139000",
        "13800138000.13900139000",
        "13800138000,13900139000",
        "138 0013 8000 139 0013 9000",
        "13800138000\n13900139000",
        "<td>13800138000</td><td>13900139000</td>",
    ] {
        assert_eq!(mobiles(text), both, "{text}");
    }
}

#[test]
fn other_numbers_are_no_mobile_numbers() {
    for text in [
        "138****8000",
        "138**** 8000 1234",
        "138****8000 2022年",
        "138***8000",
        "0571-88001380",
        "010-13800138",
        "12345678901",
        "113800138000",
        "138001380001",
        "1652345678901",
        "13800138000.00",
        "3.13800138000",
        "13800138000元",
        "￥13800138000",
        "13800138000 万元",
        "13,800,138,000",
        "BV13800138000",
        "IMG_13800138000.jpg",
        "INV-13800138000",
        "13800138000abc",
        "https://a.example/13800138000",
        "[稿](https://a.example/p/13800138000.html)",
        "135 2022 2023",
        "第135 20220512",
        "1380013 2022年",
        "138-0013-8000-1234-5678",
        "2022-138-0013-8000",
        "|138|0013|8000|",
        "<td>138</td><td>0013</td><td>8000</td>",
        "138<br>00138000",
        "138\t0013\t8000",
        "138\n\n0013\n\n8000",
        "a13800138000",
        "0x13800138000",
    ] {
        assert_eq!(numbers(text), [], "{text}");
    }
}

#[test]
fn resident_ids_need_a_valid_check_character_a_province_and_a_date() {
    // The example of GB 11643-1999, section 5.
    for text in [
        "身份证号11010519491231002X。",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "110105 1949 1231 002 X",
        "110105\u{200B}19491231\u{200B}002X",
        "110105<b>19491231</b>002X",
        "1101 0519 4912 3100 2X",
        "sfz11010519491231002X",
        "号#11010519491231002X/",
    ] {
        assert_eq!(
            numbers(text),
            [(NumberKind::ResidentId, "11010519491231002X".to_owned())],
            "{text}"
        );
    }
    assert_eq!(numbers("440524188001010014").len(), 1);
    for text in [
        // Another check character, another province, another month; part of a longer number or word.
        "110105194912310021",
        "99010519491231002X",
        "11010519491331002X",
        "1101051949123100210",
        "11010519491231002Xa",
        // Parts of a decimal number, and of numbers with different separators.
        "110105.194912310028",
        "110105-194912 31002X",
        // 17 digits and an X that pass Luhn's check.
        "卡号45390000000000003X",
        "1101051949123100**",
    ] {
        assert_eq!(numbers(text), [], "{text}");
    }
}

#[test]
fn bank_cards_need_luhn_and_a_prefix_or_a_word() {
    for (text, digits) in [
        ("4539578763621486", "4539578763621486"),
        ("卡号 4539 5787 6362 1486", "4539578763621486"),
        ("4539-5787-6362-1486。", "4539578763621486"),
        ("6222021380013800136", "6222021380013800136"),
        ("6222 0213 8001 3800 136", "6222021380013800136"),
        ("622202 1380013800136", "6222021380013800136"),
        ("账号：1234567812345670", "1234567812345670"),
        ("６２２２０２１３８００１３８００１３６", "6222021380013800136"),
    ] {
        assert_eq!(numbers(text), [(NumberKind::BankCard, digits.to_owned())], "{text}");
    }
    for text in [
        "4539578763621487",
        "1234567812345670",
        "编号1234567812345670",
        "0.4539578763621486",
        "https://a.example/4539578763621486",
        "卡号0000000000000000",
        "6222****0136",
    ] {
        assert_eq!(numbers(text), [], "{text}");
    }
}

#[test]
fn masked_text_keeps_its_length_and_holds_no_number() {
    for (text, masked) in [
        ("一\n请拨13800138000", "一\n请拨138****8000"),
        ("+86 138-0013-8000", "+86 138-****-8000"),
        ("１３８００１３８０００", "１３８＊＊＊＊８０００"),
        ("110105 19491231 002X", "110105 ******** **2X"),
        ("4539 5787 6362 1486", "4539 **** **** 1486"),
        ("没有", "没有"),
    ] {
        assert_eq!(mask(text), masked);
        assert!(find(&mask(text)).is_empty(), "{text}");
    }
    let number = &find("138 0013 8000")[0];
    assert_eq!((number.masked().as_str(), number.range.clone()), ("138****8000", 0..13));
    assert_eq!(find("11010519491231002x")[0].masked(), "110105**********2X");
    for form in ["138****8000", "110105**********2X", "4539********1486"] {
        assert!(is_masked_number(form), "{form}");
    }
    for form in ["138*****000", "138****80000", "13800138000", "****", ""] {
        assert!(!is_masked_number(form), "{form}");
    }
}

proptest! {
    #[test]
    fn any_text_is_searched_and_masked(text in "[0-9１３８xX *<>b/&#;.\\-\u{200B}手\n]{0,60}") {
        let masked = mask(&text);
        prop_assert_eq!(masked.len(), text.len());
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        for number in find(&text) {
            prop_assert!(text.get(number.range.clone()).is_some());
            prop_assert!(!masked.contains(&number.digits));
        }
    }
}
