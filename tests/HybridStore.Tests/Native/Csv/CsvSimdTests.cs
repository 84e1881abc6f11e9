using HybridStore.Native.Csv;
using Xunit;

namespace HybridStore.Tests.Native.Csv;

/// <summary>Every way of reading gives the same rows, rejects and counts.</summary>
public sealed class CsvSimdTests
{
    private static readonly string[] Shapes =
    [
        "text timestamp double bigint double bigint text text",
        "bigint",
        "text",
        "double text",
        "timestamptz decimal(18,6) boolean date text skip",
        "date decimal(9,2) double text timestamptz:epochseconds timestamp:epochmilliseconds timestamptz:epochnanoseconds",
        "text text",
        "text double text",
    ];

    [Theory]
    [InlineData(CsvSimd.Vector128)]
    [InlineData(CsvSimd.Vector256)]
    public void Read_of_generated_files_is_the_same_as_byte_by_byte(CsvSimd simd)
    {
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var shape = Shapes[random.Next(Shapes.Length)];
            var bytes = new CsvGenerator(seed).Make(shape, random.Next(seed % 20 == 0 ? 3000 : 60), isOrderly: random.Next(4) == 0);
            AssertSame(bytes, shape, simd, random, seed);
        }
    }

    [Theory]
    [InlineData(CsvSimd.Vector128)]
    [InlineData(CsvSimd.Vector256)]
    public void Read_of_noise_is_the_same_as_byte_by_byte(CsvSimd simd)
    {
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            AssertSame(new CsvGenerator(seed).MakeNoise(random.Next(400)), Shapes[random.Next(Shapes.Length)], simd, random, seed);
        }
    }

    private static void AssertSame(byte[] bytes, string shape, CsvSimd simd, Random random, int seed)
    {
        var specs = CsvText.Specs(shape);
        var dialect = new CsvDialect
        {
            HasHeader = random.Next(5) == 0,
            Escape = random.Next(6) == 0 ? (byte)'\\' : null,
            Quote = random.Next(8) == 0 ? null : (byte)'"',
            Comment = random.Next(4) == 0 ? (byte)'#' : null,
            NullTexts = random.Next(4) == 0 ? ["NA", "-", "x"] : random.Next(8) == 0 ? ["1", "a longer text that needs the arena"] : [],
            SkipRows = random.Next(6) == 0 ? 1 : 0,
        };
        var options = new CsvReaderOptions { Simd = CsvSimd.Scalar, BufferBytes = random.Next(3) == 0 ? 1 << 20 : random.Next(64, 700), RecordBytesMax = random.Next(4) == 0 ? 2000 : 1 << 20 };
        var expected = CsvText.Read(bytes, specs, dialect, options);
        var actual = CsvText.Read(bytes, specs, dialect, options with { Simd = simd, BufferBytes = random.Next(3) == 0 ? 1 << 20 : random.Next(64, 700) });
        Assert.True(expected.Rows.SequenceEqual(actual.Rows), $"seed {seed} {dialect} {options} {shape} {Convert.ToBase64String(bytes)}: rows\n" + string.Join("\n", expected.Rejects) + string.Join("\n", expected.Rows.Except(actual.Rows)) + "\n---\n" + string.Join("\n", actual.Rows.Except(expected.Rows)));
        Assert.True(expected.Rejects.SequenceEqual(actual.Rejects), $"seed {seed} {dialect} {options} {Convert.ToBase64String(bytes)}:\n{string.Join("\n", expected.Rejects)}\n---\n{string.Join("\n", actual.Rejects)}");
        Assert.Equal(
            (seed, expected.RowCount, expected.BlankLineCount, expected.CommentLineCount, expected.LinesRead),
            (seed, actual.RowCount, actual.BlankLineCount, actual.CommentLineCount, actual.LinesRead));
    }
}
