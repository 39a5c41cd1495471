//! District codes of German number plates.

/// All codes that plates in use carry, also those issued again since 2012 and those that ran out;
/// sorted, with spaces between. Source: Fahrzeug-Zulassungsverordnung, Anlage 1, and the lists the
/// Federal Ministry of Transport publishes in the Bundesanzeiger.
const CODES: &str = "\
A AA AB ABG ABI AC AE AH AIB AIC AK ALF ALZ AM AN ANA ANG ANK AP APD ARN ART AS ASL ASZ AT AU AUR AW AZ AZE AÖ \
B BA BAD BAR BB BBG BBL BC BCH BD BE BED BEI BER BF BG BGD BGL BH BI BID BIN BIR BIT BIW BK BKS BL BLB BLK BM BN BNA BO BOG BOH BOR BOT BP BRA BRB BRG BRI BRK BRL BRV BS BSB BSK BT BTF BUL BW BWL BYL BZ BZA BÖ BÜD BÜR BÜS BÜZ \
C CA CAS CB CE CHA CLP CLZ CO COC COE CR CUX CW \
D DA DAH DAN DAU DBR DD DE DEG DEL DGF DH DI DIL DIN DIZ DKB DL DLG DM DN DO DON DU DUD DW DZ DÜW \
E EA EB EBE EBN EBS ECK ED EE EF EG EH EI EIC EIH EIL EIN EIS EL EM EMD EMS EN ER ERB ERH ERK ERZ ES ESA ESB ESW EU EUT EW \
F FB FD FDB FDS FEU FF FFB FG FH FI FKB FL FLÖ FN FO FOR FR FRG FRI FRW FS FT FTL FW FZ FÜ FÜS \
G GA GAN GAP GC GD GDB GE GEL GEM GEO GER GF GG GHA GHC GI GK GL GLA GM GMN GN GNT GOA GOH GP GR GRA GRH GRI GRM GRS GRZ GS GT GTH GUB GUN GV GVM GW GZ GÖ GÜ \
H HA HAB HAL HAM HAS HB HBN HBS HC HCH HD HDH HDL HE HEB HEF HEI HEL HER HET HF HG HGN HGW HH HHM HI HIG HIP HK HL HM HMÜ HN HO HOG HOH HOL HOM HOR HOT HP HR HRO HS HSK HST HU HUN HUS HV HVL HWI HX HY HZ HÖS \
IGB IK IL ILL IN IS IZ \
J JB JE JEV JL JÜL \
K KA KB KC KE KEH KEL KEM KF KG KH KI KIB KK KL KLE KLZ KM KN KO KR KRU KS KT KU KUS KW KY KYF KÖN KÖT KÖZ KÜN \
L LA LAN LAU LB LBS LBZ LC LD LDK LDS LEO LER LEV LF LG LH LI LIB LIF LIN LIP LL LM LN LOS LP LR LRO LSA LSN LSZ LU LUK LUN LUP LWL LÖ LÖB LÜD LÜN \
M MA MAB MAI MAK MAL MB MC MD ME MED MEG MEI MEK MEL MER MET MG MGH MGN MH MHL MI MIL MK MKK ML MM MN MO MOD MOL MON MOS MQ MR MS MSE MSH MSP MST MTK MTL MVL MW MY MYK MZ MZG MÜ MÜB MÜL MÜN MÜR \
N NAB NAI NAU NB ND NDH NE NEA NEB NEC NEN NES NEU NEW NF NH NI NK NL NM NMB NMS NOH NOL NOM NOR NP NR NRW NT NU NVP NW NWM NY NZ NÖ \
OA OAL OB OBB OBG OC OCH OD OE OF OG OH OHA OHV OHZ OK OL OP OPR OR OS OSL OTW OVI OVL OVP OZ ÖHR \
P PA PAF PAN PAR PB PCH PE PEG PF PI PIR PL PLÖ PM PN PR PRÜ PS PW PZ \
QFT QLB \
R RA RC RD RDG RE REG REH REI RG RH RI RID RIE RL RM RN RO ROD ROF ROH ROK ROL ROS ROT ROW RP RPL RS RSL RT RU RV RW RY RZ RÖD RÜD RÜG \
S SAB SAD SAL SAN SAW SB SBG SBK SBR SC SCZ SDH SDL SDT SE SEB SEE SEF SEL SFB SFT SG SGH SH SHA SHG SHK SHL SI SIG SIM SK SL SLE SLF SLG SLK SLN SLS SLZ SLÜ SM SMÜ SN SO SOB SOG SOK SON SP SPB SPN SR SRB SRO ST STA STB STD STE STL STO SU SUL SW SWA SY SZ SZB SÄK SÖM SÜW \
TBB TDO TE TET TF TG THL THW TIR TO TP TR TS TT TUT TÖL TÜ \
UE UEM UFF UH UL UM UN USI ÜB \
V VAI VB VEC VER VG VIB VIE VIT VK VL VOH VS \
W WA WAF WAK WAN WAR WAT WB WBS WDA WE WEB WEG WEL WEM WEN WER WES WF WG WHV WI WIL WIS WIT WIZ WK WL WLG WM WMS WN WND WO WOB WOH WOL WOR WOS WR WRN WS WSF WST WSW WT WTL WTM WUG WUN WUR WW WZ WZL WÜ WÜM \
X Y Z ZE ZEL ZI ZIG ZP ZR ZS ZW ZZ";

/// Whether a code in capitals is a district's.
pub(super) fn is_district(code: &str) -> bool {
    !code.is_empty() && !code.contains(' ') && {
        let mut from = 0;
        while let Some(at) = CODES[from..].find(code) {
            let (start, end) = (from + at, from + at + code.len());
            if (start == 0 || CODES.as_bytes()[start - 1] == b' ')
                && CODES.as_bytes().get(end).is_none_or(|&next| next == b' ')
            {
                return true;
            }
            from = end;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts() {
        for code in ["A", "B", "M", "HH", "MÜ", "ÖHR", "SÜW", "ZZ", "WOB", "EBE", "GAP"] {
            assert!(is_district(code), "{code}");
        }
        for code in ["", "Q", "I", "XX", "AAA", "A AA", "USB", "EUR", "OÖ", "T"] {
            assert!(!is_district(code), "{code}");
        }
        assert!(CODES.split(' ').count() > 690, "{}", CODES.split(' ').count());
    }
}
