#!/bin/sh
# Train the check on a graphics card:  rag/training/check_on_gpu.sh IN OUT
#   IN/base            config.json and tokenizer.json of the base, and its weights or not
#   IN/parses.jsonl.xz what `python -m rag.training.check_parse` writes
#   IN/rows.jsonl.xz   the public sets (train.jsonl.xz)
#   IN/start           weights to begin with (check.fp16.xz parts); without it the reader's encoder is begun with
#   IN/wheels          lemminflect and PyStemmer, where that machine lacks them
# OUT gets the log and the weights in parts. The rate falls to zero within SECONDS, however fast the card is.
set -eu
in=$1
out=$2
work=$(mktemp -d)
mkdir -p "$out"
if [ -d "$in/wheels" ]; then
    python3 -m pip install -q --no-index --no-deps --no-compile --target "$work/site" "$in"/wheels/*.whl
    PYTHONPATH=$PWD:$work/site
    export PYTHONPATH
fi
start="--reader rag/ranking/weights/reader.int8.onnx"
[ ! -d "$in/start" ] || start="--start $in/start"
python3 -m rag.training.check_train --rows "$in/rows.jsonl.xz" --parses "$in/parses.jsonl.xz" --base "$in/base" $start \
    --out "$work/run" ${DEVICE:---device cuda --bfloat16 --workers 14} --batch "${BATCH:-256}" --rate "${RATE:-2e-4}" \
    --decay "${ROWS:-3000000}" --budget "${SECONDS_OF_TRAINING:-420}"
cp "$work/run/train.log" "$out/check.log"
python3 -m rag.training.check_export --run "$work/run" --base "$in/base" --out "$work/onnx" --parts "$out"
