#pragma once

// A terminfo entry with true colour, for terminals whose own entry has 256: what xterm, tmux and
// their kin have in common. Colours below 256 are indices, the others 0xRRGGBB. ncurses reads it
// from TERMINFO. It was made from the text below, saved as rgb.ti, by
//
//   tic -x -o entries rgb.ti
//   infocmp -x -0 -Q2 -q -A entries xterm-rgb | fold -w 93 | sed 's/.*/  "&"/'
//
// xterm-rgb|xterm and its kin in true colour,
//   AX, RGB, am, mir, msgr, xenl, colors#0x1000000, cols#80, lines#24, pairs#0x10000,
//   bold=\E[1m, civis=\E[?25l, clear=\E[H\E[2J, cnorm=\E[?25h, cr=\r, csr=\E[%i%p1%d;%p2%dr,
//   cub=\E[%p1%dD, cub1=^H, cud=\E[%p1%dB, cud1=\n, cuf=\E[%p1%dC, cuf1=\E[C,
//   cup=\E[%i%p1%d;%p2%dH, cuu=\E[%p1%dA, cuu1=\E[A, dch=\E[%p1%dP, dch1=\E[P, dim=\E[2m,
//   dl=\E[%p1%dM, dl1=\E[M, ech=\E[%p1%dX, ed=\E[J, el=\E[K, el1=\E[1K, home=\E[H, hpa=\E[%i%p1%dG,
//   ich=\E[%p1%d@, il=\E[%p1%dL, il1=\E[L, ind=\n, indn=\E[%p1%dS, kbs=^?, kcbt=\E[Z,
//   kcub1=\EOD, kcud1=\EOB, kcuf1=\EOC, kcuu1=\EOA, kdch1=\E[3~, kend=\EOF, kf1=\EOP,
//   kf2=\EOQ, kf3=\EOR, kf4=\EOS, kf5=\E[15~, kf6=\E[17~, kf7=\E[18~, kf8=\E[19~, kf9=\E[20~,
//   kf10=\E[21~, kf11=\E[23~, kf12=\E[24~, khome=\EOH, knp=\E[6~, kpp=\E[5~, op=\E[39;49m,
//   rev=\E[7m, ri=\EM, rin=\E[%p1%dT, ritm=\E[23m, rmcup=\E[?1049l, rmkx=\E[?1l\E>,
//   rmso=\E[27m, rmul=\E[24m, sgr0=\E[m, sitm=\E[3m, smcup=\E[?1049h, smkx=\E[?1h\E=,
//   smso=\E[7m, smul=\E[4m, vpa=\E[%i%p1%dd,
//   setaf=\E[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e%p1%{256}%<%t38;5;%p1%d%e38;2;
//     %p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
//   setab=\E[%?%p1%{8}%<%t4%p1%d%e%p1%{16}%<%t10%p1%{8}%-%d%e%p1%{256}%<%t48;5;%p1%d%e48;2;
//     %p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,

#define TRUE_COLOR_NAME "xterm-rgb"
#define TRUE_COLOR_ENTRY \
  "b64:HgIrAA8ADwBpAboCeHRlcm0tcmdifHh0ZXJtIGFuZCBpdHMga2luIGluIHRydWUgY29sb3VyAAABAAABAAAAAAAAA" \
  "AABAVAAAAD_____GAAAAP____________________________________________________8AAAABAAABAP____8AAA" \
  "IA__8TABsAHwAjAP__LgA_AEEARQBMAP__TgBVAP__WQD__10AYQD__________2UAagD__3MA________eAB9AIIAhwD" \
  "__5AAlAD_____nQCjAP____________________-pAP__rQD_______-vAP__tAD__________7gAvADCAMYAygDOANQA" \
  "2gDgAOYA7AD_____8AD___QA-QD-AP_______wIBBgEOAf_______________________________________xYBHwEoA" \
  "TEBOgFDAUwBVQFeAWcB________________________________cAH__3sBfQH_______________________________" \
  "______________gAH_______________________________________-EAf_________________________________" \
  "_____________________________________________________________________________________________" \
  "_________4gBjgH______________________________________________________________________________" \
  "_________________________________________________________-UAf________________________________" \
  "_______________________________________5kB__________________________________-iAf_____________" \
  "__________6cB________________________________________________________________________________" \
  "__________________-tATMCDQAbWyVpJXAxJWQ7JXAyJWRyABtbSBtbMkoAG1tLABtbSgAbWyVpJXAxJWRHABtbJWklc" \
  "DElZDslcDIlZEgACgAbW0gAG1s_MjVsAAgAG1s_MjVoABtbQwAbW0EAG1tQABtbTQAbWzFtABtbPzEwNDloABtbMm0AG1" \
  "s3bQAbWzdtABtbNG0AG1slcDElZFgAG1ttABtbPzEwNDlsABtbMjdtABtbMjRtABtbTAB_ABtbM34AG09CABtPUAAbWzI" \
  "xfgAbT1EAG09SABtPUwAbWzE1fgAbWzE3fgAbWzE4fgAbWzE5fgAbWzIwfgAbT0gAG09EABtbNn4AG1s1fgAbT0MAG09B" \
  "ABtbPzFsGz4AG1s_MWgbPQAbWyVwMSVkUAAbWyVwMSVkTQAbWyVwMSVkQgAbWyVwMSVkQAAbWyVwMSVkUwAbWyVwMSVkT" \
  "AAbWyVwMSVkRAAbWyVwMSVkQwAbWyVwMSVkVAAbWyVwMSVkQQAbWyVpJXAxJWRkAAoAG00AG1taABtPRgAbWzIzfgAbWz" \
  "I0fgAbWzFLABtbMzk7NDltABtbM20AG1syM20AG1slPyVwMSV7OH0lPCV0MyVwMSVkJWUlcDElezE2fSU8JXQ5JXAxJXs" \
  "4fSUtJWQlZSVwMSV7MjU2fSU8JXQzODs1OyVwMSVkJWUzODsyOyVwMSV7NjU1MzZ9JS8lZDslcDElezI1Nn0lLyV7MjU1" \
  "fSUmJWQ7JXAxJXsyNTV9JSYlZCU7bQAbWyU_JXAxJXs4fSU8JXQ0JXAxJWQlZSVwMSV7MTZ9JTwldDEwJXAxJXs4fSUtJ" \
  "WQlZSVwMSV7MjU2fSU8JXQ0ODs1OyVwMSVkJWU0ODsyOyVwMSV7NjU1MzZ9JS8lZDslcDElezI1Nn0lLyV7MjU1fSUmJW" \
  "Q7JXAxJXsyNTV9JSYlZCU7bQACAAAAAAACAAcAAQEAAAMAQVgAUkdCAA=="
