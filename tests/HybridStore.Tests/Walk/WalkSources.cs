using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace HybridStore.Tests.Walk;

/// <summary>Writes sources, and says what the rows in them are.</summary>
/// <param name="folder">Where to.</param>
/// <param name="range">Their symbols and days.</param>
internal sealed class WalkSources(string folder, WalkRange range)
{
    private const int LargeRows = 130_000; // More than a row group of files of one symbol.

    private int _count;

    /// <summary>Writes a file.</summary>
    /// <param name="dataset">Whose it is to be.</param>
    /// <param name="state">What that holds: some rows come again, as they are or restated; null for none.</param>
    /// <param name="columns">The columns beside symbol and time, in any order.</param>
    /// <param name="isLocal">Whether instants are spelled without zone or offset.</param>
    /// <param name="random">Chooses.</param>
    internal WalkFile Write(WalkDataset dataset, WalkState? state, IReadOnlyList<string> columns, bool isLocal, Random random)
    {
        string[] header = [dataset.SymbolColumn, dataset.TimeColumn, .. columns];
        random.Shuffle(header);
        var text = new StringBuilder(string.Join(',', header)).Append('\n');
        var (rows, rejects, line) = (new List<WalkRow>(), new List<WalkReject>(), 2);
        var rowCount = random.Next(1, 50);
        var spelling = isLocal ? WalkSpelling.Local : random.Next(2) == 0 ? WalkSpelling.Utc : WalkSpelling.Offset;
        var isDirty = random.Next(3) == 0;
        for (var index = 0; index < rowCount; index++)
        {
            var cells = Cells(dataset, state, columns, random, spelling);
            // A column that is new has a value in the first row, so that its type is known.
            foreach (var column in columns.Where(column => index == 0 && WalkDataset.LaterColumns.Contains(column)))
            {
                while (cells[column].Length == 0) cells[column] = WalkValues.Text(random, column);
            }

            var begin = line;
            var fields = header.Select(column => cells[column]).ToArray();
            if (isDirty && index > 0 && random.Next(4) == 0)
            {
                rejects.Add(Spoil(dataset, cells, fields, header, begin, random));
                text.AppendJoin(',', fields.Select(Quote)).Append('\n');
                line += fields.Sum(field => field.Count(letter => letter == '\n')) + 1;
                continue;
            }

            rows.Add(dataset.Row(cells));
            text.AppendJoin(',', fields.Select(Quote)).Append('\n');
            line += fields.Sum(field => field.Count(letter => letter == '\n')) + 1;
        }

        return new WalkFile(Save(text.ToString(), random), header, rows, rejects) { IsLocal = isLocal };
    }

    /// <summary>Writes a file of one symbol's day that takes several row groups, with all that is no number among its first rows.</summary>
    internal WalkFile WriteLarge(WalkDataset dataset, Random random)
    {
        var text = new StringBuilder($"{dataset.SymbolColumn},{dataset.TimeColumn},px,size\n");
        var rows = new List<WalkRow>(LargeRows);
        var day = range.DayUsOf(random);
        var symbol = range.Symbol(random);
        for (var index = 0; index < LargeRows; index++)
        {
            var cells = new Dictionary<string, string>
            {
                [dataset.SymbolColumn] = symbol,
                [dataset.TimeColumn] = dataset.TimeText(day + 36_000_000_000 + index * 100_000L, WalkSpelling.Utc),
                ["px"] = index switch
                {
                    5 => "NaN",
                    > 5 and < 50 => WalkValues.NegativeZero,
                    _ => $"{index % 977}.25",
                },
                ["size"] = $"{index % 100}",
            };
            rows.Add(dataset.Row(cells));
            text.AppendJoin(',', cells.Values.Select(Quote)).Append('\n');
        }

        return new WalkFile(Save(text.ToString(), random), [dataset.SymbolColumn, dataset.TimeColumn, "px", "size"], rows, []);
    }

    /// <summary>Writes a file whose sizes are no whole numbers.</summary>
    internal string WriteOfOtherKind(WalkDataset dataset, Random random)
    {
        var time = dataset.TimeText(range.TimeUs(random), WalkSpelling.Utc);
        return Save($"{dataset.SymbolColumn},{dataset.TimeColumn},size\nIBM,{time},10.75\nIBM,{time},20.25\n", random);
    }

    private Dictionary<string, string> Cells(
        WalkDataset dataset, WalkState? state, IReadOnlyList<string> columns, Random random, WalkSpelling spelling)
    {
        var before = state is { Rows.Length: > 0 } && random.Next(4) == 0 ? state.Rows[random.Next(state.Rows.Length)] : null;
        var timeUs = before?.TimeUs ?? range.TimeUs(random);
        var isRestated = random.Next(2) == 0;
        var isNew = before is null || isRestated;
        var cells = new Dictionary<string, string>();
        foreach (var column in columns)
        {
            cells[column] = isNew ? WalkValues.Text(random, column) : before!.Cells.GetValueOrDefault(column) ?? "";
        }

        cells[dataset.SymbolColumn] = before is null ? range.Symbol(random) : before.Symbol ?? "";
        cells[dataset.TimeColumn] = dataset.TimeText(timeUs, spelling);
        return cells;
    }

    /// <summary>Makes a row one that cannot be stored.</summary>
    private static WalkReject Spoil(
        WalkDataset dataset, Dictionary<string, string> cells, string[] fields, string[] header, int line, Random random)
    {
        var isNumber = random.Next(3) > 0 && header.Contains("px");
        var isTime = random.Next(2) == 0;
        var column = isNumber ? "px" : isTime ? dataset.TimeColumn : dataset.SymbolColumn;
        fields[Array.IndexOf(header, column)] = isNumber ? WalkValues.NoNumber : isTime ? "once upon a time" : "";
        return new WalkReject(line, isNumber ? dataset.Row(new Dictionary<string, string>(cells) { [column] = "" }) : null);
    }

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private string Save(string text, Random random)
    {
        var name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"f{++_count:00000}.csv"));
        var bytes = Encoding.UTF8.GetBytes(text);
        switch (random.Next(6))
        {
            case 0:
                using (var stream = new GZipStream(File.Create(name += ".gz"), CompressionLevel.Fastest)) stream.Write(bytes);
                break;
            case 1:
                using (var archive = ZipFile.Open(name + ".zip", ZipArchiveMode.Create))
                using (var stream = archive.CreateEntry(Path.GetFileName(name)).Open())
                {
                    stream.Write(bytes);
                }

                name += ".zip";
                break;
            case 2:
                using (var stream = File.Create(name += ".zst")) WriteZstd(stream, bytes);
                break;
            default:
                File.WriteAllBytes(name, bytes);
                break;
        }

        return name;
    }

    /// <summary>A frame of blocks that are stored as they are: nothing here packs zstd.</summary>
    /// <remarks>Source: RFC 8878, "Frame_Header" and "Blocks".</remarks>
    private static void WriteZstd(Stream stream, byte[] bytes)
    {
        const int blockBytesMax = 128 << 10;
        stream.Write([0x28, 0xB5, 0x2F, 0xFD, 0xA0, .. BitConverter.GetBytes(bytes.Length)]);
        for (var at = 0; at < bytes.Length; at += blockBytesMax)
        {
            var count = Math.Min(blockBytesMax, bytes.Length - at);
            stream.Write(BitConverter.GetBytes((count << 3) | (at + count == bytes.Length ? 1 : 0)).AsSpan(0, 3));
            stream.Write(bytes, at, count);
        }
    }
}
