#!/bin/sh
# Train the teacher and, from it, the reader on a graphics card:  rag/training/on_gpu.sh IN OUT
#   IN/teacher    MPNet-base as `python -m rag.training.carry pack` writes it
#   IN/reader     config.json and tokenizer.json of the reader's base
#   IN/questions  what `python -m rag.training.prepare` writes
#   IN/start      weights to begin with (reader.fp16.xz parts); without it the shipped int8 model
# OUT gets the reader's weights as parts and both logs. The seconds hold for an H100 of 15 minutes all told;
# the rate falls to zero within them however fast the card is.
set -eu
in=$1
out=$2
work=$(mktemp -d)
start=$in/start
[ -d "$start" ] || start=rag/ranking/weights/reader.int8.onnx
device=${DEVICE:---device cuda --bfloat16 --workers 14}
windows=${WINDOWS:-192}

python3 -m rag.training.carry unpack "$in/teacher" "$work/teacher"
python3 -m rag.training.train --questions "$in/questions" --base "$work/teacher" --out "$work/taught" \
    $device --windows "$windows" --rate 5e-5 --decay "${TEACHER_WINDOWS:-200000}" --budget "${TEACHER_SECONDS:-200}"
python3 -m rag.training.train --questions "$in/questions" --base "$in/reader" --start "$start" \
    --teacher "$work/teacher" "$work/taught" --out "$work/reader" \
    $device --windows "$windows" --rate 1e-4 --decay "${READER_WINDOWS:-600000}" --budget "${READER_SECONDS:-280}"
mkdir -p "$out"
cp "$work/taught/train.log" "$out/teacher.log"
cp "$work/reader/train.log" "$out/reader.log"
python3 -m rag.training.export --run "$work/reader" --base "$in/reader" --out "$work/onnx" --parts "$out"
