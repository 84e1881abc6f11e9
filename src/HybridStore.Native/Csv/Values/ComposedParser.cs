using System.Text;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column whose text is put together from fields and constants, and then read as if it stood in one field.</summary>
internal sealed unsafe class ComposedParser : ColumnParser
{
    private readonly ColumnParser _inner;
    private readonly (int Field, byte[] Text)[] _parts;
    private readonly FieldReader[] _fields;
    private readonly CsvColumnSpec _firstSpec;
    private byte[] _text = new byte[64];

    /// <param name="context">The column, behind those of the record's fields.</param>
    /// <param name="composed">Its parts.</param>
    internal ComposedParser(ColumnContext context, CsvComposedColumn composed)
        : base(context)
    {
        _inner = Create(context.Column, context.Spec, context.Dialect, context.Simd);
        _parts = [.. composed.Parts.Select(part => (part.Field, Encoding.UTF8.GetBytes(part.Text)))];
        var text = new CsvColumnSpec(context.Spec.Name, CsvValueKind.Varchar, NullTexts: context.Spec.NullTexts);
        _fields = [.. _parts.Select(_ => new FieldReader(text, context.Dialect))];
        _firstSpec = context.Spec with { Kind = CsvValueKind.Date };
    }

    internal override void Attach(CsvBatch batch)
    {
        base.Attach(batch);
        _inner.Attach(batch);
    }

    internal override int Parse(in RecordRun run, BadRows bad)
    {
        for (var record = 0; record < run.Count; record++)
        {
            var row = run.BatchRow + record;
            if (!TryCompose(run, record, out var length, out var missing)) return record;
            if (missing >= 0) bad.Add(row, missing, CsvRejectReason.Missing);
            else if (_inner.Store(_text.AsSpan(0, length), row) is var reason && reason != CsvRejectReason.None) bad.Add(row, FieldToBlame(run, record), reason);
        }

        return run.Count;
    }

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) => _inner.Store(text, row);

    private bool TryCompose(in RecordRun run, int record, out int length, out int missing)
    {
        length = 0;
        missing = -1;
        for (var part = 0; part < _parts.Length; part++)
        {
            ReadOnlySpan<byte> text = _parts[part].Text;
            if (_parts[part].Field >= 0)
            {
                if (!run.TryGetField(record, _parts[part].Field, out var field)) return false;
                if (_fields[part].Read(field, out text, out var isNull) != CsvRejectReason.None) return false;
                text = text.Trim(" \t"u8);
                if ((isNull || text.IsEmpty) && missing < 0) missing = _parts[part].Field;
            }

            if (_text.Length < length + text.Length) Array.Resize(ref _text, Math.Max(_text.Length * 2, length + text.Length));
            text.CopyTo(_text.AsSpan(length));
            length += text.Length;
        }

        return true;
    }

    /// <summary>The first field that is no day, or else the last.</summary>
    private int FieldToBlame(in RecordRun run, int record)
    {
        var fields = _parts.Select(part => part.Field).Where(field => field >= 0).ToList();
        if (fields.Count < 2) return fields[0];
        run.TryGetField(record, fields[0], out var field);
        _fields[0].Read(field, out var text, out _);
        return CsvValue.Check(text, _firstSpec, Context.Dialect) == CsvRejectReason.None ? fields[^1] : fields[0];
    }
}
