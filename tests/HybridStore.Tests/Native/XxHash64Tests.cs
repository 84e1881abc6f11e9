using System.Text;
using HybridStore.Native.Hashing;
using Xunit;

namespace HybridStore.Tests.Native;

public sealed class XxHash64Tests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0x44BC2CF5AD770999UL)]
    public void Of_known_texts_is_the_published_hash(string text, ulong expected) =>
        Assert.Equal(expected, XxHash64.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Append_in_pieces_equals_one_call()
    {
        var bytes = new byte[100_003];
        new Random(1).NextBytes(bytes);
        using var hash = new XxHash64();
        for (var start = 0; start < bytes.Length; start += 777) hash.Append(bytes.AsSpan(start, Math.Min(777, bytes.Length - start)));
        Assert.Equal(XxHash64.Of(bytes), hash.Value);
    }
}
