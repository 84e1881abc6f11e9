using System.Globalization;
using System.Text;
using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using Xunit;

namespace HybridStore.Tests.Native.Csv;

/// <summary>Reads a whole CSV text for a test, and checks that no byte and no row went missing.</summary>
internal sealed class CsvText
{
    internal List<string> Rows { get; } = [];

    internal List<CsvReject> Rejects { get; } = [];

    internal long FirstLine { get; private init; }

    internal long RowCount { get; private set; }

    internal long BlankLineCount { get; private set; }

    internal long CommentLineCount { get; private set; }

    internal long LinesRead { get; private set; }

    /// <summary>Columns from words such as <c>text, bigint, double, decimal(9,2), boolean, date, timestamp, timestamptz, skip</c>, a format after a colon.</summary>
    internal static CsvColumnSpec[] Specs(string kinds) => [.. kinds.Split(' ').Select((kind, index) => Spec(kind, "c" + index))];

    internal static CsvText Read(string text, string kinds, CsvDialect? dialect = null, CsvReaderOptions? options = null) =>
        Read(Encoding.UTF8.GetBytes(text), Specs(kinds), dialect, options);

    internal static CsvText Read(byte[] bytes, CsvColumnSpec[] specs, CsvDialect? dialect = null, CsvReaderOptions? options = null)
    {
        var result = new CsvText { FirstLine = options?.FirstLine?.Invoke() ?? 1 };
        using var batch = new CsvBatch(specs);
        using var reader = new CsvReader(new StreamInput(new MemoryStream(bytes)), dialect ?? new CsvDialect { HasHeader = false }, specs, result.Rejects.Add, options);
        while (reader.Read(batch))
        {
            Assert.InRange(batch.RowCount, 1, batch.RowsMax);
            for (var row = 0; row < batch.RowCount; row++) result.Rows.Add(ToText(batch, row));
        }

        Assert.Equal(bytes.Length, reader.BytesRead);
        Assert.Equal(result.Rows.Count + result.Rejects.Count, reader.RowCount);
        Assert.Equal(result.Rejects.Count, reader.RejectCount);
        result.AssertRejectsApart(bytes, options?.StartOffset ?? 0);
        result.RowCount = reader.RowCount;
        result.BlankLineCount = reader.BlankLineCount;
        result.CommentLineCount = reader.CommentLineCount;
        result.LinesRead = reader.LinesRead;
        return result;
    }

    /// <summary>Every reject has bytes of its own, and they are whole lines.</summary>
    private void AssertRejectsApart(byte[] bytes, long startOffset)
    {
        var end = startOffset;
        foreach (var reject in Rejects)
        {
            Assert.InRange(reject.ByteOffset, end, startOffset + bytes.Length - 1);
            end = reject.ByteOffset + reject.ByteCount;
            Assert.True(end == startOffset + bytes.Length || bytes[end - startOffset - 1] == '\n');
            Assert.True(reject.ByteOffset == startOffset || bytes[reject.ByteOffset - startOffset - 1] == '\n' || reject.ByteOffset == 3);
            Assert.Equal(reject.Line, bytes.AsSpan(0, (int)(reject.ByteOffset - startOffset)).Count((byte)'\n') + FirstLine);
        }
    }

    private static CsvColumnSpec Spec(string kind, string name)
    {
        var parts = kind.Split(':');
        var format = parts.Length > 1 ? Enum.Parse<CsvTimeFormat>(parts[1], ignoreCase: true) : CsvTimeFormat.Iso;
        if (!parts[0].StartsWith("decimal(", StringComparison.Ordinal))
        {
            return new CsvColumnSpec(name, parts[0] == "text" ? CsvValueKind.Varchar : Enum.Parse<CsvValueKind>(parts[0], ignoreCase: true), TimeFormat: format);
        }

        var digits = parts[0][8..^1].Split(',');
        return new CsvColumnSpec(name, CsvValueKind.Decimal, int.Parse(digits[0]), int.Parse(digits[1]));
    }

    private static string ToText(CsvBatch batch, int row) => string.Join("|", Enumerable.Range(0, batch.Columns.Count)
        .Where(column => batch.Columns[column].Kind != CsvValueKind.Skip)
        .Select(column => batch.IsNull(column, row) ? "null" : ToText(batch, column, row)));

    private static string ToText(CsvBatch batch, int column, int row)
    {
        var spec = batch.Columns[column];
        return spec.Kind switch
        {
            CsvValueKind.Varchar => Encoding.UTF8.GetString(batch.Bytes(column, row)),
            CsvValueKind.Double => batch.Values<double>(column)[row].ToString("R", CultureInfo.InvariantCulture),
            CsvValueKind.Boolean => batch.Values<byte>(column)[row].ToString(),
            CsvValueKind.Date => new DateOnly(1970, 1, 1).AddDays(batch.Values<int>(column)[row]).ToString("yyyy-MM-dd"),
            CsvValueKind.Timestamp or CsvValueKind.TimestampTz => DateTime.UnixEpoch.AddMicroseconds(batch.Values<long>(column)[row]).ToString("yyyy-MM-dd HH:mm:ss.ffffff"),
            CsvValueKind.Decimal when spec.ValueBytes == 16 => batch.Values<Int128>(column)[row].ToString(),
            _ => batch.Values<long>(column)[row].ToString(),
        };
    }
}
