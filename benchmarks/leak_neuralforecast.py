"""Forecast a CSV with neuralforecast's LSTM on standardised series: DATA OUT REFIT, the last True or False."""

import logging
import sys
import warnings

import pandas as pd

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


def main(data: str, out: str, refit: str) -> None:
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    model = LSTM(
        h=1,
        input_size=8,
        encoder_hidden_size=4,
        decoder_hidden_size=4,
        encoder_n_layers=1,
        decoder_layers=1,
        max_steps=5,
        batch_size=4,
        windows_batch_size=16,
        scaler_type="identity",
        random_seed=1,
        accelerator="cpu",
        devices=1,
        alias="LSTM",
        logger=False,
        enable_progress_bar=False,
        enable_checkpointing=False,
        enable_model_summary=False,
    )
    forecaster = NeuralForecast(models=[model], freq="D", local_scaler_type="standard")
    frame = pd.read_csv(data, parse_dates=["ds"])
    forecaster.cross_validation(df=frame, n_windows=8, step_size=1, refit=refit == "True").to_csv(out, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
