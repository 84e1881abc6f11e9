using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Native.Csv;

public sealed class CsvRangeSplitterTests
{
    [Fact]
    public void Split_of_generated_files_gives_ranges_that_read_as_the_whole_does()
    {
        using var folder = new TemporaryFolder();
        const string shape = "text timestamp double bigint text";
        var specs = CsvText.Specs(shape);
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var bytes = new CsvGenerator(seed).Make(shape, random.Next(seed % 20 == 0 ? 12_000 : 300), isOrderly: true);
            var dialect = new CsvDialect { HasHeader = random.Next(2) == 0, Comment = random.Next(8) == 0 ? (byte)'#' : null };
            var path = folder.File($"{seed}.csv");
            File.WriteAllBytes(path, bytes);
            var ranges = CsvRangeSplitter.Split(path, dialect, random.Next(1, 9), TestContext.Current.CancellationToken);
            Assert.Equal(0, ranges[0].Start);
            Assert.Equal(bytes.Length, ranges[^1].End);
            var parts = ranges.Select(range => CsvText.Read(bytes[(int)range.Start..(int)range.End], specs, dialect, new CsvReaderOptions { StartOffset = range.Start })).ToList();
            var whole = CsvText.Read(bytes, specs, dialect);
            Assert.True(whole.Rows.SequenceEqual(parts.SelectMany(part => part.Rows)), $"seed {seed}");
            Assert.True(whole.Rejects.Count == parts.Sum(part => part.Rejects.Count), $"seed {seed}");
        }
    }

    [Fact]
    public void Split_does_not_cut_inside_of_quotes()
    {
        using var folder = new TemporaryFolder();
        var text = "a,b\nx,\"" + string.Concat(Enumerable.Repeat("line\n", 1000)) + "\"\ny,2\n";
        Assert.Equal([new CsvRange(0, text.Length - 4), new CsvRange(text.Length - 4, text.Length)], CsvRangeSplitter.Split(folder.Write("a.csv", text), new CsvDialect(), 4, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Split_cuts_no_more_behind_a_stray_quote()
    {
        using var folder = new TemporaryFolder();
        var lines = string.Concat(Enumerable.Repeat("x,1\n", 100_000));
        var text = "a,b\n" + lines + "x,\"\n" + lines + "x,\"2\"\n" + lines;
        var ranges = CsvRangeSplitter.Split(folder.Write("a.csv", text), new CsvDialect(), 12, TestContext.Current.CancellationToken);
        Assert.InRange(ranges.Count, 4, 5);
        Assert.True(ranges[^1].Start <= 4 + lines.Length && ranges[^1].End == text.Length);
    }

    [Fact]
    public void Split_of_a_preamble_with_a_single_quote_still_cuts()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", "say \"\na,b\n" + string.Concat(Enumerable.Repeat("x,\"1\"\n", 100_000)));
        Assert.Equal(4, CsvRangeSplitter.Split(path, new CsvDialect { SkipRows = 1 }, 4, TestContext.Current.CancellationToken).Count);
    }

    [Fact]
    public void A_later_range_tells_its_rejects_places_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", "a,b\n" + string.Concat(Enumerable.Range(1, 1000).Select(i => i == 900 ? "bad\n" : $"x,{i}\n")));
        var rejects = new List<CsvReject>();
        var specs = CsvText.Specs("text bigint");
        foreach (var range in CsvRangeSplitter.Split(path, new CsvDialect(), 3, TestContext.Current.CancellationToken))
        {
            var options = new CsvReaderOptions { StartOffset = range.Start, FirstLine = () => CsvRangeSplitter.CountLines(path, range.Start) + 1 };
            using var batch = new CsvBatch(specs);
            using var reader = new CsvReader(new FileInput(path, range.Start, range.End), new CsvDialect(), specs, rejects.Add, options);
            while (reader.Read(batch))
            {
            }
        }

        var reject = Assert.Single(rejects);
        Assert.Equal(901, reject.Line);
        Assert.Equal("bad"u8.ToArray(), File.ReadAllBytes(path)[(int)reject.ByteOffset..(int)(reject.ByteOffset + 3)]);
    }
}
