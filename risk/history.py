"""Nothing enters; days on which markets broke leave, each with how far prices fell and who says so.

Only what a source states is in a row: a coin that it does not name is not shocked and is named by
the outcome. A change is that of the price in dollars over the row's span.
"""

from typing import Final

from risk.scenarios import Scenario, Shock

_ROWS: Final = """
2020-03-12 | Black Thursday, the close of one day
  ETH -0.43  BTC -0.40
  Coin Metrics, in newsbtc.com of 2020-03-13
2021-05-19 | the leverage of spring, high to low of one day
  BTC -0.3118  ETH -0.46  BNB -0.44
  open-lib.com and worldstockmarket.net of 2021-05-19; BNB from 500 to 280
2022-05-terra | the end of Terra, seven days to 2022-05-12
  BTC -0.284  ETH -0.335  BNB -0.316  SOL -0.526  coin:USDT -0.05  coin:UST -0.81
  dailytimes.com.pk of 2022-05-12; USDT web3isgoinggreat.com, UST bitscreener.com of the same days
2022-06-steth | staked ether below ether, beside the price of ether itself
  coin:stETH -0.043  coin:wstETH -0.043
  coinscreed.com of June 2022: 1,695.28 for 1,771.43; 4 % by CoinDesk of 2022-06-29
2022-11-ftx | the end of FTX, a week to 2022-11-13; what was there is lost
  BTC -0.2111  ETH -0.2296  SOL -0.47  AVAX -0.23  venue:venue:ftx -1
  CoinMarketCap in betashares.com.au of 2022-11-13; SOL and AVAX CoinGecko in Decrypt
2023-03-usdc | a bank of Circle fails, the low of 2023-03-11
  coin:USDC -0.1226  coin:DAI -0.12  coin:FRAX -0.115
  CoinMarketCap 0.8774; DAI CoinDesk, FRAX crypto1stnews.com of 2023-03-11
2025-10-10 | liquidations of 2025-10-10, USDe as it was outside of Binance and on it
  BTC -0.15  ETH -0.18  coin:USDe -0.10  coin:USDe@venue:binance -0.35
  curiouscryptos.com of 2025-10-13; USDe bitcoinethereumnews.com: 0.65 there, over 0.90 elsewhere
"""


def _shock(name: str, change: str) -> Shock:
    """`ETH` is a family, `coin:USDC` a coin, `coin:USDe@venue:binance` one at a venue."""
    kind, colon, rest = name.partition(":")
    if not colon:
        return Shock("family", name, float(change))
    what, _, venue = rest.partition("@")
    return Shock(kind, what, float(change), venue)


def _scenarios() -> tuple[Scenario, ...]:
    found = []
    lines = _ROWS.strip().splitlines()
    for head, shocks, source in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name, _, title = head.partition(" | ")
        words = shocks.split()
        pairs = zip(words[::2], words[1::2], strict=True)
        made = tuple(_shock(word, change) for word, change in pairs)
        found.append(Scenario(name, title, made, source.strip(), historical=True))
    return tuple(found)


#: Each with its source; none of them says what will happen.
HISTORICAL: Final = _scenarios()
